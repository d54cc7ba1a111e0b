import CairnCore
import Logging
import Synchronization

@testable import CairnDNS

/// A server that runs as long as a closure does.
enum Running {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    static let loopback = IPAddress.v4(IPv4Address(bits: 0x7f00_0001))
    static let anyPort = DNSListenAddress(host: loopback, port: 0)

    /// Starts the server at a free port and gives its address to the body, and stops it afterwards.
    static func server<Result: Sendable>(
        _ fixture: Fixture, _ body: (DNSListenAddress, DNSServer) async throws -> Result
    ) async throws -> Result {
        let view = fixture.view
        let (statuses, continuation) = AsyncStream.makeStream(of: DNSListenStatus.self)
        let server = DNSServer(
            settings: fixture.settings, listen: [anyPort], view: { view }, onStatus: { continuation.yield($0) },
            logger: quiet)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await port(statuses)
            let result = try await body(DNSListenAddress(host: loopback, port: port), server)
            group.cancelAll()
            try await group.waitForAll()
            return result
        }
    }

    /// The port of the first status that has one.
    static func port(_ statuses: AsyncStream<DNSListenStatus>) async throws -> Int {
        for await status in statuses {
            if case .listening(let port) = status.state { return port }
        }
        throw DNSClientError.noAnswer
    }
}
