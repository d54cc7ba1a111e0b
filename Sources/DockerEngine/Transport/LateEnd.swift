import NIOCore

/// Passes the end of a connection on one turn of the event loop late.
///
/// After `101` the HTTP decoder needs a turn to leave, and drops the bytes it still holds if it sees the end before. An
/// engine whose process ends at once sends head, output and end together.
final class LateEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelInactive(context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().execute { context.fireChannelInactive() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed? = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        context.eventLoop.assumeIsolated().execute { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
    }
}
