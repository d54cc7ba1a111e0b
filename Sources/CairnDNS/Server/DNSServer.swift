import CairnCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// A DNS server for the catalog, over UDP and TCP.
///
/// It answers for its own domains and for the addresses of the catalog. Everything else is refused, unless it has
/// recursors to ask.
public struct DNSServer: Service {
    private let listen: [DNSListenAddress]
    private let responder: DNSResponder
    private let forwarder: Forwarder
    private let retry: Retry
    private let onStatus: @Sendable (DNSListenStatus) -> Void
    private let logger: Logger

    /// How long to wait before an address is tried again: at first, and at most after doubling.
    public struct Retry: Sendable {
        public var first: Duration
        public var longest: Duration

        public init(first: Duration = .seconds(1), longest: Duration = .seconds(30)) {
            self.first = first
            self.longest = longest
        }
    }

    /// - Parameters:
    ///   - listen: Where to listen. What cannot be had is tried again and keeps nothing else waiting.
    ///   - view: What is known now. It is called for each query, on the thread that answers: it must not wait.
    ///   - onStatus: Is told whenever it changes how it stands with an address.
    public init(
        settings: DNSSettings, listen: [DNSListenAddress], retry: Retry = Retry(),
        view: @escaping @Sendable () -> DNSView,
        onStatus: @escaping @Sendable (DNSListenStatus) -> Void = { _ in }, logger: Logger
    ) {
        var settings = settings
        // A server that asks itself would ask for ever.
        settings.recursors.removeAll { listen.contains($0) }
        self.listen = listen
        self.retry = retry
        self.onStatus = onStatus
        self.logger = logger
        responder = DNSResponder(settings: settings, view: view)
        forwarder = Forwarder(settings: settings)
    }

    /// What the server has done since it was made.
    public var counters: DNSCounters { responder.counters }

    /// Serves until the graceful shutdown, or until the task is cancelled.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for address in listen { group.addTask { await serve(address) } }
            }
        }
    }

    /// Listens at one address again and again.
    private func serve(_ address: DNSListenAddress) async {
        var delay = retry.first
        var known: CairnError?
        while !Task.isCancelled {
            let failure: CairnError
            do {
                try await listen(at: address)
                (delay, known) = (retry.first, nil)
                failure = address.failure(ChannelError.alreadyClosed)
            } catch {
                failure = address.failure(error)
            }
            if Task.isCancelled { break }
            // Once is enough for a log; the status tells of each try.
            if failure != known { logger.warning("\(failure.message)", metadata: ["address": "\(address)"]) }
            known = failure
            onStatus(DNSListenStatus(address: address, state: .waiting(failure, retryAfter: delay)))
            // Only the end of the task ends the pause early.
            guard (try? await Task.sleep(for: delay)) != nil else { break }
            delay = min(delay * 2, retry.longest)
        }
        onStatus(DNSListenStatus(address: address, state: .stopped))
    }

    /// Returns when the sockets are closed.
    private func listen(at address: DNSListenAddress) async throws {
        let listener = try await DNSListener.bind(
            address, responder, forwarder, on: MultiThreadedEventLoopGroup.singleton)
        await withTaskCancellationHandler {
            logger.info("answering DNS queries", metadata: ["address": "\(address)", "port": "\(listener.port)"])
            onStatus(DNSListenStatus(address: address, state: .listening(port: listener.port)))
            await listener.closed()
        } onCancel: {
            listener.close()
        }
    }
}
