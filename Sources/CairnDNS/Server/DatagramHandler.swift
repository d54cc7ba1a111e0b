import NIOCore

/// Answers queries over UDP, each where it is read: nothing waits for anything, so that nothing piles up.
final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let responder: DNSResponder
    private let forwarder: Forwarder
    private var random = ShuffleGenerator()
    private var local: IPAddress?

    init(responder: DNSResponder, forwarder: Forwarder) {
        self.responder = responder
        self.forwarder = forwarder
    }

    func channelActive(context: ChannelHandlerContext) {
        local = IPAddress(context.localAddress)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        // A client that does not take its answers gets none. It will ask again.
        guard context.channel.isWritable, let source = IPAddress(envelope.remoteAddress) else { return }
        let arrival = envelope.metadata?.packetInfo.flatMap { IPAddress($0.destinationAddress) } ?? local
        let origin = DNSResponder.Origin(source: source, local: arrival, transport: .udp)
        switch responder.respond(to: Array(envelope.data.readableBytesView), from: origin, &random) {
        case .none: break
        case .reply(let bytes):
            let reply = AddressedEnvelope(
                remoteAddress: envelope.remoteAddress, data: context.channel.allocator.buffer(bytes: bytes))
            context.write(wrapOutboundOut(reply), promise: nil)
        case .forward(let errand):
            let channel = context.channel
            let (responder, remote) = (responder, envelope.remoteAddress)
            responder.counters.add(.forwarded)
            forwarder.forward(errand, on: context.eventLoop).whenComplete { result in
                let bytes = responder.finish(errand, with: result)
                channel.writeAndFlush(
                    AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(bytes: bytes)), promise: nil)
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        context.fireChannelReadComplete()
    }

    /// One client that cannot be reached says nothing about the others; a socket that cannot go on closes by itself.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
