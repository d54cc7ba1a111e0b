import NIOCore
import NIOHPACK
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import Subprocess
import Synchronization

/// A small HTTP server that answers as told and remembers what it was asked.
final class StubHTTPServer: Sendable {
    struct Answer: Sendable {
        var status = HTTPResponseStatus.ok
        var headers = HTTPHeaders()
        var body = ""
        /// The body never ends.
        var isEndless = false
        /// There is no answer at all.
        var isSilent = false
    }

    let port: Int
    private let channel: any Channel
    private let log: Log

    /// The requests up to now.
    var requests: [HTTPRequestHead] { log.requests.withLock { $0 } }

    private final class Log: Sendable {
        let requests = Mutex<[HTTPRequestHead]>([])
    }

    /// Runs one while the body runs.
    static func run<Result>(
        host: String = "127.0.0.1", tls: NIOSSLContext? = nil,
        answer: @escaping @Sendable (HTTPRequestHead) -> Answer, _ body: (StubHTTPServer) async throws -> Result
    ) async throws -> Result {
        let log = Log()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(Handler(log: log, answer: answer))
                }
            }
            .bind(host: host, port: 0).get()
        let server = StubHTTPServer(channel: channel, log: log)
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    private init(channel: any Channel, log: Log) {
        self.channel = channel
        self.log = log
        port = channel.localAddress?.port ?? 0
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let log: Log
        private let answer: @Sendable (HTTPRequestHead) -> Answer
        private var head: HTTPRequestHead?

        init(log: Log, answer: @escaping @Sendable (HTTPRequestHead) -> Answer) {
            self.log = log
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body: break
            case .end:
                guard let head else { return }
                log.requests.withLock { $0.append(head) }
                send(answer(head), context)
            }
        }

        private func send(_ answer: Answer, _ context: ChannelHandlerContext) {
            if answer.isSilent { return }
            let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: answer.headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            if !answer.isEndless { context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
        }
    }
}

/// A small server of HTTP/2 that answers every request with the same frames.
enum StubGRPCServer {
    struct Answer: Sendable {
        var message: [UInt8]?
        var status = "0"
        var httpStatus = "200"
        var isSilent = false

        /// A `HealthCheckResponse`.
        static func serving(_ status: UInt8) -> Answer { Answer(message: [0, 0, 0, 0, 2, 8, status]) }
    }

    final class Requests: Sendable {
        let heads = Mutex<[HPACKHeaders]>([])
        let bodies = Mutex<[[UInt8]]>([])
    }

    static func run<Result>(
        _ answer: Answer, tls: NIOSSLContext? = nil, _ body: (Int, Requests) async throws -> Result
    ) async throws -> Result {
        let requests = Requests()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    _ = try pipeline.configureAsyncHTTP2Pipeline(mode: .server) { stream in
                        stream.eventLoop.makeCompletedFuture {
                            try stream.pipeline.syncOperations.addHandler(Handler(answer: answer, requests: requests))
                        }
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(channel.localAddress?.port ?? 0, requests)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTP2Frame.FramePayload
        typealias OutboundOut = HTTP2Frame.FramePayload

        private let answer: Answer
        private let requests: Requests

        init(answer: Answer, requests: Requests) {
            self.answer = answer
            self.requests = requests
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .headers(let headers): requests.heads.withLock { $0.append(headers.headers) }
            case .data(let data):
                guard case .byteBuffer(let buffer) = data.data else { return }
                requests.bodies.withLock { $0.append(Array(buffer.readableBytesView)) }
                if data.endStream && !answer.isSilent { send(context) }
            default: break
            }
        }

        private func send(_ context: ChannelHandlerContext) {
            var head: HPACKHeaders = [":status": answer.httpStatus, "content-type": "application/grpc"]
            guard let message = answer.message else {
                // A failure without a message is told in the head alone.
                head.add(name: "grpc-status", value: answer.status)
                context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: head, endStream: true))), promise: nil)
                return
            }
            context.write(wrapOutboundOut(.headers(.init(headers: head))), promise: nil)
            context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(ByteBuffer(bytes: message))))), promise: nil)
            let trailers: HPACKHeaders = ["grpc-status": answer.status]
            context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: trailers, endStream: true))), promise: nil)
        }
    }
}

/// A certificate for 127.0.0.1 that nobody has signed.
func selfSigned(protocols: [String] = []) async throws -> NIOSSLContext {
    let result = try await Subprocess.run(
        .name("openssl"),
        arguments: [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "/dev/stdout", "-out",
            "/dev/stdout",
        ], output: .string(limit: 1 << 16), error: .discarded)
    let pem = Array(result.standardOutput.utf8)
    var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMBytes(pem).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(bytes: pem, format: .pem)))
    configuration.applicationProtocols = protocols
    return try NIOSSLContext(configuration: configuration)
}

/// A port that nobody listens on: it was free a moment ago.
func closedPort() async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port ?? 0
    try await channel.close()
    return port
}
