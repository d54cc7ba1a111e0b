import NIOCore
import NIOPosix
import Synchronization

/// The place that a probe connects to.
struct ProbeAddress: Sendable {
    /// A name or an IP address, without brackets.
    let host: String
    let port: Int

    /// - Parameter host: An IPv6 address may come in brackets, as in URLs (RFC 3986, section 3.2.2).
    init(host: String, port: Int) {
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.port = port
    }

    var isValid: Bool { !host.isEmpty && (1...65_535).contains(port) }
    var isIPAddress: Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }

    /// As in URLs and `:authority`: with brackets around an IPv6 address.
    var description: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Connects.
    ///
    /// A connection attempt does not end by itself when its task is cancelled: its channels are closed then.
    func connect<Output: Sendable>(
        timeout: Duration, _ initializer: @escaping @Sendable (any Channel) -> EventLoopFuture<Output>
    ) async throws -> Output {
        let attempts = Attempts()
        return try await withTaskCancellationHandler {
            try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(timeout))
                .connect(host: host, port: port) { channel in
                    attempts.add(channel)
                    return initializer(channel)
                }
        } onCancel: {
            attempts.cancel()
        }
    }

    /// The connections under way: more than one for a name with several addresses (RFC 8305).
    private final class Attempts: Sendable {
        private struct State {
            var isCancelled = false
            var channels: [any Channel] = []
        }

        private let state = Mutex(State())

        func add(_ channel: any Channel) {
            let isCancelled = state.withLock { state in
                state.channels.append(channel)
                return state.isCancelled
            }
            if isCancelled { channel.close(promise: nil) }
        }

        func cancel() {
            let channels = state.withLock { state in
                state.isCancelled = true
                return state.channels
            }
            for channel in channels { channel.close(promise: nil) }
        }
    }
}
