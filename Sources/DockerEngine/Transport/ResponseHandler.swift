import NIOCore
import NIOHTTP1

/// Takes the answer of one request apart: its head, its bytes, its end, or its change into a plain byte stream.
final class ResponseHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private enum Phase {
        case awaitingHead
        case body
        /// `101` was read; the HTTP coders are about to leave the pipeline.
        case upgrading(HTTPResponseHead)
        /// What comes now are plain bytes, taken by ``RawBytesHandler``.
        case upgraded
        case complete
    }

    private let answer: EventLoopPromise<HTTPResponseHead>
    private let feed: ByteFeed
    private let leaveHTTP: (ChannelHandlerContext) -> EventLoopFuture<Void>
    private var phase = Phase.awaitingHead

    init(
        answer: EventLoopPromise<HTTPResponseHead>, feed: ByteFeed,
        leaveHTTP: @escaping (ChannelHandlerContext) -> EventLoopFuture<Void>
    ) {
        self.answer = answer
        self.feed = feed
        self.leaveHTTP = leaveHTTP
    }

    func channelActive(context: ChannelHandlerContext) {
        context.read()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .upgraded = phase { return context.fireChannelRead(data) }
        switch unwrapInboundIn(data) {
        case .head(let head) where head.status == .switchingProtocols:
            phase = .upgrading(head)
        case .head(let head):
            phase = .body
            answer.succeed(head)
        case .body(let bytes):
            feed.append(bytes)
        case .end:
            if case .upgrading(let head) = phase { return upgrade(context: context, head: head) }
            phase = .complete
            feed.end(nil)
            context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if feed.wantsMore() { context.read() }
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.invalidEOFState: fail(EngineError.incompleteAnswer)
        case is HTTPParserError:
            fail(EngineError(.protocolViolation, "what answers on the socket does not speak HTTP (\(error))"))
        default: fail(EngineError(.unreachable, "the connection to the Docker engine broke: \(error)"))
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .upgraded = phase { feed.end(nil) }
        fail(EngineError.incompleteAnswer)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // A connection that was never made ends here.
        fail(EngineError.incompleteAnswer)
    }

    private func fail(_ error: EngineError) {
        answer.fail(error)
        feed.end(error)
    }

    private func upgrade(context: ChannelHandlerContext, head: HTTPResponseHead) {
        phase = .upgraded
        do {
            // Bytes that came behind the head are passed on when the decoder leaves: their taker must be there before.
            try context.pipeline.syncOperations.addHandler(RawBytesHandler(feed: feed))
        } catch {
            return errorCaught(context: context, error: error)
        }
        let answer = answer
        leaveHTTP(context).whenComplete { result in
            switch result {
            case .success: answer.succeed(head)
            case .failure(let error): answer.fail(error)
            }
        }
    }
}

/// Feeds the bytes of a connection that no longer speaks HTTP.
final class RawBytesHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let feed: ByteFeed

    init(feed: ByteFeed) {
        self.feed = feed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        feed.append(unwrapInboundIn(data))
    }
}
