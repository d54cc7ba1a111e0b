import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Opens connections to the engine's socket and knows which are open.
struct EngineTransport: Sendable {
    /// One thread serves every client of the process: the work per byte is small and the engine is one process too.
    /// It lives as long as the process, so that no client has to be shut down in order.
    private static let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    let socketPath: String
    let connectDeadline: Duration
    private let connections = OpenConnections()

    init(socketPath: String, connectDeadline: Duration) {
        self.socketPath = socketPath
        self.connectDeadline = connectDeadline
    }

    /// Connects; `deadline` runs from now until the alarm of the exchange is cancelled.
    func open(describedAs summary: String, deadline: Duration?) async throws -> Exchange {
        guard !connections.areShutDown else { throw EngineError.cancelled }
        if Task.isCancelled { throw EngineError.cancelled }
        let exchange: Exchange
        do {
            exchange = try await ClientBootstrap(group: Self.eventLoops)
                .channelOption(.autoRead, value: false)
                .connectTimeout(TimeAmount(connectDeadline))
                .connect(unixDomainSocketPath: socketPath) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Exchange(on: channel, summary: summary, deadline: deadline)
                    }
                }
        } catch {
            let reason = Self.reason(error)
            throw EngineError(.unreachable, "cannot connect to the Docker engine at \(socketPath): \(reason)")
        }
        guard connections.add(exchange) else {
            exchange.abort(EngineError.cancelled)
            throw EngineError.cancelled
        }
        return exchange
    }

    func shutdown() {
        connections.shutdown()
    }

    /// The usual reasons in words; a system call's name and number help nobody.
    private static func reason(_ error: any Error) -> String {
        guard let code = (error as? IOError)?.errnoCode else { return "\(error)" }
        switch code {
        case ENOENT: return "there is no such socket"
        case ECONNREFUSED: return "nothing listens on that socket"
        case EACCES, EPERM: return "permission denied"
        default: return String(cString: strerror(code))
        }
    }
}

/// The connections of one client that are open, so that a shutdown can end them.
final class OpenConnections: Sendable {
    private struct State {
        var open: [ObjectIdentifier: Exchange] = [:]
        var isShutDown = false
    }

    private let state = Mutex(State())

    var areShutDown: Bool { state.withLock { $0.isShutDown } }

    /// Remembers a connection until it closes; false when the client was shut down meanwhile.
    func add(_ exchange: Exchange) -> Bool {
        let id = ObjectIdentifier(exchange.channel)
        let added = state.withLock { state in
            guard !state.isShutDown else { return false }
            state.open[id] = exchange
            return true
        }
        exchange.channel.closeFuture.whenComplete { [weak self] _ in
            self?.state.withLock { _ = $0.open.removeValue(forKey: id) }
        }
        return added
    }

    func shutdown() {
        let open = state.withLock { state in
            state.isShutDown = true
            return Array(state.open.values)
        }
        for exchange in open { exchange.abort(EngineError.cancelled) }
    }
}
