public import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// A client of one Docker engine over its unix socket.
///
/// Every request has its own connection: connecting to a unix socket costs microseconds, and closing it is how the
/// engine learns that nobody reads a stream any more. The API version is agreed on at the first call.
public final class EngineClient: Sendable {
    /// The path of the engine's unix socket.
    public let socketPath: String
    /// How long calls may take.
    public let deadlines: EngineDeadlines

    let transport: EngineTransport
    private let negotiated = Mutex<EnginePing?>(nil)
    private let logger: Logger?

    /// Makes a client. Nothing is connected before the first call.
    public init(socketPath: String, logger: Logger? = nil, deadlines: EngineDeadlines = EngineDeadlines()) {
        self.socketPath = socketPath
        self.deadlines = deadlines
        self.logger = logger
        self.transport = EngineTransport(socketPath: socketPath, connectDeadline: deadlines.connect)
    }

    /// Closes every open connection; calls under way and later ones fail with ``EngineError/Kind/cancelled``.
    public func shutdown() async {
        transport.shutdown()
    }

    /// The API version spoken with this engine: the older of what it offers and ``EngineAPIVersion/newest``.
    /// - Throws: `EngineError`, also when the engine is older than ``EngineAPIVersion/oldest``.
    public func apiVersion() async throws -> EngineAPIVersion {
        min(try await agreedPing().apiVersion, .newest)
    }

    /// The engine's first answer, asked for once and again only after the engine was not reachable.
    private func agreedPing() async throws -> EnginePing {
        if let known = negotiated.withLock({ $0 }) { return known }
        let ping = try await ping()
        guard ping.apiVersion >= .oldest else {
            let versions = "speaks API \(ping.apiVersion); at least \(EngineAPIVersion.oldest) is needed"
            throw EngineError(.protocolViolation, "the Docker engine at \(socketPath) \(versions)")
        }
        negotiated.withLock { $0 = ping }
        return ping
    }

    /// The request line for `request`: version prefix, path and query.
    private func uri(for request: EngineRequest) async throws -> String {
        let prefix = request.isVersioned ? "/v\(try await apiVersion())" : ""
        return prefix + request.path + request.encodedQuery
    }
}

// MARK: - What the endpoint files are made of

extension EngineClient {
    /// Sends a request and collects its answer. Statuses of 400 and above are thrown with the engine's message.
    @discardableResult
    func perform(_ request: EngineRequest, within deadline: Duration? = nil) async throws -> EngineResponse {
        let exchange = try await start(request, headWithin: deadline ?? deadlines.call)
        defer { exchange.close() }
        let head = try await exchange.head()
        let body = try await exchange.collect()
        exchange.alarm.cancel()
        return EngineResponse(status: Int(head.status.code), headers: head.headers, body: body)
    }

    /// Sends a request and decodes its JSON answer.
    func fetch<Answer: Decodable>(
        _ type: Answer.Type, _ request: EngineRequest, within deadline: Duration? = nil
    ) async throws -> Answer {
        let response = try await perform(request, within: deadline)
        return try EngineJSON.decode(type, from: response.body)
    }

    /// Sends a request whose answer is a stream; returns when its beginning has arrived.
    func open(_ request: EngineRequest, headWithin deadline: Duration?) async throws -> Exchange {
        let exchange = try await start(request, headWithin: deadline)
        _ = try await exchange.head()
        exchange.alarm.cancel()
        return exchange
    }

    /// Sends a request that turns its connection into a plain two-way byte stream.
    func hijack(_ request: EngineRequest, tty: Bool) async throws -> HijackedStream {
        var request = request
        request.headers.append(("Connection", "Upgrade"))
        request.headers.append(("Upgrade", "tcp"))
        let exchange = try await start(request, headWithin: deadlines.work)
        let head = try await exchange.head()
        exchange.alarm.cancel()
        guard head.status == .switchingProtocols else {
            exchange.close()
            throw EngineError(.protocolViolation, "\(request.path) was answered \(head.status.code), not an upgrade")
        }
        return HijackedStream(exchange: exchange, tty: tty)
    }

    /// Connects and sends a request with its whole body.
    func start(_ request: EngineRequest, headWithin deadline: Duration?) async throws -> Exchange {
        let head = request.head(uri: try await uri(for: request))
        let exchange = try await connect(request, deadline: deadline)
        exchange.send(head, body: request.body)
        return exchange
    }

    /// Connects and sends the head of a request whose body will be streamed.
    func startUpload(_ request: EngineRequest) async throws -> Exchange {
        let head = request.head(uri: try await uri(for: request))
        let exchange = try await connect(request, deadline: nil)
        exchange.sendHead(head)
        return exchange
    }

    private func connect(_ request: EngineRequest, deadline: Duration?) async throws -> Exchange {
        logger?.trace(
            "engine request",
            metadata: ["request.method": "\(request.method.rawValue)", "request.path": "\(request.path)"])
        do {
            return try await transport.open(describedAs: request.summary, deadline: deadline)
        } catch let error as EngineError where error.kind == .unreachable {
            // An engine that comes back may be another version.
            negotiated.withLock { $0 = nil }
            throw error
        }
    }
}
