import AsyncHTTPClient
import CairnCore
import NIOCore
import NIOPosix
import Synchronization

/// The HTTP clients of all probes, made when the first is needed: whether redirects are followed is a client's own setting.
final class ProbeClients: Sendable {
    private struct State {
        var isClosed = false
        var clients: [Bool: HTTPClient] = [:]
    }

    private let state = Mutex(State())

    /// - Throws: `CancellationError` when they have been closed.
    func client(followsRedirects: Bool) throws -> HTTPClient {
        try state.withLock { state in
            if state.isClosed { throw CancellationError() }
            if let client = state.clients[followsRedirects] { return client }
            let client = HTTPClient(
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                configuration: Self.configuration(followsRedirects: followsRedirects))
            state.clients[followsRedirects] = client
            return client
        }
    }

    func close() async {
        let clients = state.withLock { state in
            state.isClosed = true
            defer { state.clients = [:] }
            return Array(state.clients.values)
        }
        for client in clients {
            do { try await client.shutdown() } catch {
                // Only a client that is shut down already refuses, and then there is nothing left to do.
            }
        }
    }

    private static func configuration(followsRedirects: Bool) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = followsRedirects ? .follow(max: 10, allowCycles: false) : .disallow
        configuration.timeout = .init(connect: .seconds(10))
        // A refused connection is a result, not something to try again until the time is over.
        configuration.connectionPool.retryConnectionEstablishment = false
        // A connection that came too late for its request must not be used by the next one.
        configuration.connectionPool.idleTimeout = .milliseconds(1)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        configuration.maximumUsesPerConnection = 1
        configuration.httpVersion = .http1Only
        return configuration
    }
}
