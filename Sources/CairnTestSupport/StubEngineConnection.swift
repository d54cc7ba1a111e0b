import NIOCore
import NIOHTTP1

/// One connection to a ``StubEngine``: collects a request, answers it, closes.
final class StubEngineConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let log: StubEngineLog
    private let apiVersion: String
    private let onHead: @Sendable (StubRequest) -> StubAnswer?
    private let respond: StubEngine.Responder
    private let leaveHTTP: (ChannelHandlerContext) -> Void
    private var request = StubRequest(method: "", uri: "", headers: [:], body: "")
    private var body = ByteBuffer()
    private var isAnswered = false

    init(
        log: StubEngineLog, apiVersion: String, onHead: @escaping @Sendable (StubRequest) -> StubAnswer?,
        respond: @escaping StubEngine.Responder, leaveHTTP: @escaping (ChannelHandlerContext) -> Void
    ) {
        self.log = log
        self.apiVersion = apiVersion
        self.onHead = onHead
        self.respond = respond
        self.leaveHTTP = leaveHTTP
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isAnswered else { return context.fireChannelRead(data) }
        switch unwrapInboundIn(data) {
        case .head(let head):
            request.method = head.method.rawValue
            request.uri = head.uri
            for (name, value) in head.headers { request.headers[name.lowercased()] = value }
            if let early = onHead(request) {
                log.add(request)
                answer(early, context: context)
            }
        case .body(var bytes):
            body.writeBuffer(&bytes)
        case .end:
            request.body = String(buffer: body)
            guard request.uri != "/_ping" else { return answerPing(context: context) }
            log.add(request)
            answer(respond(request), context: context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        log.closed(uri: request.uri)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answerPing(context: ChannelHandlerContext) {
        let headers = ["Api-Version": apiVersion, "Builder-Version": "2", "Ostype": "linux"]
        answer(.answer(status: 200, headers: headers, body: Array("OK".utf8)), context: context)
    }

    private func answer(_ answer: StubAnswer, context: ChannelHandlerContext) {
        isAnswered = true
        switch answer {
        case .answer(let status, let headers, let body):
            writeHead(status, headers, context: context)
            writeBody(body, context: context)
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
        case .unfinished(let body):
            writeHead(200, [:], context: context)
            writeBody(body, context: context)
            context.flush()
        case .broken(let body):
            writeHead(200, [:], context: context)
            writeBody(body, context: context)
            context.flush()
            context.close(promise: nil)
        case .upgrade(let output, let ends): upgrade(output: output, ends: ends, context: context)
        case .silence: break
        }
    }

    private func writeHead(_ status: Int, _ headers: [String: String], context: ChannelHandlerContext) {
        let fields = HTTPHeaders(headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func writeBody(_ body: [UInt8], context: ChannelHandlerContext) {
        guard !body.isEmpty else { return }
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    }

    /// The head and the first output go in one write: a client must not lose what comes right behind the head.
    private func upgrade(output: [UInt8], ends: Bool, context: ChannelHandlerContext) {
        leaveHTTP(context)
        let head = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        do {
            try context.pipeline.syncOperations.addHandler(StubEngineEcho())
        } catch {
            return context.close(promise: nil)
        }
        let channel = context.channel
        let written = channel.writeAndFlush(ByteBuffer(bytes: Array(head.utf8) + output))
        if ends { written.whenComplete { _ in channel.close(promise: nil) } }
    }
}

/// Sends what an upgraded connection receives back as frames of standard output.
private final class StubEngineEcho: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = StubAnswer.frame(1, String(buffer: unwrapInboundIn(data)))
        context.channel.writeAndFlush(ByteBuffer(bytes: frame), promise: nil)
    }
}
