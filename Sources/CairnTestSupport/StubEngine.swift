import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A stand-in for the Docker engine: an HTTP server on a temporary unix socket that records what it is asked and answers
/// what the test says.
///
/// `GET /_ping` is answered by itself and not recorded, so that tests see only the calls they are about.
public final class StubEngine: Sendable {
    /// Decides the answer to a request whose body is complete.
    public typealias Responder = @Sendable (StubRequest) -> StubAnswer

    /// Where it listens.
    public let socketPath: String
    /// Requests as they arrive, for tests that must wait for one.
    public let arrivals: AsyncStream<StubRequest>
    /// The URI of each connection that was closed, by whichever side.
    public let closures: AsyncStream<String>

    private let log: StubEngineLog
    private let server: any Channel

    /// Starts listening.
    ///
    /// - `apiVersion`: what `/_ping` names.
    /// - `onHead`: may answer before the body has come, as an engine does that refuses an upload.
    /// - `respond`: answers everything else.
    public init(
        apiVersion: String = "1.41",
        onHead: @escaping @Sendable (StubRequest) -> StubAnswer? = { _ in nil },
        respond: @escaping Responder
    ) async throws {
        let path = "/tmp/stub-engine-\(String(UInt64.random(in: 0 ... .max), radix: 36)).sock"
        let log = StubEngineLog()
        socketPath = path
        self.log = log
        (arrivals, closures) = (log.arrivals, log.closures)
        server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let encoder = HTTPResponseEncoder()
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
                    let connection = StubEngineConnection(
                        log: log, apiVersion: apiVersion, onHead: onHead, respond: respond,
                        leaveHTTP: { context in
                            context.pipeline.syncOperations.removeHandler(encoder, promise: nil)
                            context.pipeline.syncOperations.removeHandler(decoder, promise: nil)
                        })
                    try channel.pipeline.syncOperations.addHandlers([encoder, decoder, connection])
                }
            }
            .bind(unixDomainSocketPath: path)
            .get()
    }

    /// What was asked so far, in order of arrival, pings left out.
    public var requests: [StubRequest] { log.requests }

    /// Stops listening and removes the socket. Connections that are open stay so.
    public func stop() async throws {
        try await server.close()
        unlink(socketPath)
    }

    /// Runs a test with a stub engine that is stopped afterwards, however the test ends.
    public static func with<Result>(
        apiVersion: String = "1.41", respond: @escaping Responder, _ test: (StubEngine) async throws -> Result
    ) async throws -> Result {
        let engine = try await StubEngine(apiVersion: apiVersion, respond: respond)
        do {
            let result = try await test(engine)
            try await engine.stop()
            return result
        } catch {
            try await engine.stop()
            throw error
        }
    }
}

/// What a stub engine has seen.
final class StubEngineLog: Sendable {
    let arrivals: AsyncStream<StubRequest>
    let closures: AsyncStream<String>
    private let arrived: AsyncStream<StubRequest>.Continuation
    private let closed: AsyncStream<String>.Continuation
    private let recorded = Mutex<[StubRequest]>([])

    init() {
        (arrivals, arrived) = AsyncStream.makeStream()
        (closures, closed) = AsyncStream.makeStream()
    }

    var requests: [StubRequest] { recorded.withLock { $0 } }

    func add(_ request: StubRequest) {
        recorded.withLock { $0.append(request) }
        arrived.yield(request)
    }

    func closed(uri: String) {
        closed.yield(uri)
    }
}
