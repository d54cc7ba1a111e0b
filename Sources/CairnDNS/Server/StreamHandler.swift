import NIOCore

/// Answers queries over TCP, each after its length (RFC 1035 section 4.2.2). Several may be on their way (RFC 7766).
final class StreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How many answers of others a connection may wait for.
    private static let maximumErrands = 32

    private let responder: DNSResponder
    private let forwarder: Forwarder
    private let limits: DNSSettings.ConnectionLimits
    private var random = ShuffleGenerator()
    private var buffer = ByteBuffer()
    private var origin: DNSResponder.Origin?
    private var queries = 0
    private var errands = 0
    private var lastQuery = NIODeadline.now()
    private var holdsRead = false
    private var isEnding = false

    init(responder: DNSResponder, forwarder: Forwarder) {
        self.responder = responder
        self.forwarder = forwarder
        limits = responder.settings.connections
    }

    func channelActive(context: ChannelHandlerContext) {
        if let source = IPAddress(context.remoteAddress) {
            origin = DNSResponder.Origin(
                source: source, local: IPAddress(context.localAddress), transport: .tcp)
        }
        lastQuery = .now()
        watch(context)
        context.fireChannelActive()
    }

    /// Closes the connection when no whole query has come for too long, however many bytes have.
    private func watch(_ context: ChannelHandlerContext) {
        let deadline = lastQuery + TimeAmount(limits.idle)
        guard deadline > .now() else {
            context.close(promise: nil)
            return
        }
        context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            if context.channel.isActive { self.watch(context) }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        if buffer.readableBytes == 0 {
            buffer = incoming
        } else {
            buffer.writeBuffer(&incoming)
        }
        answerWhatIsThere(context)
    }

    /// Whether no more is taken, for now or for good.
    private var isBusy: Bool { errands >= Self.maximumErrands || queries >= limits.queries }

    private func answerWhatIsThere(_ context: ChannelHandlerContext) {
        while context.channel.isWritable, !isBusy, let bytes = nextMessage() {
            queries += 1
            lastQuery = .now()
            answer(bytes, context)
        }
        context.flush()
        if queries >= limits.queries, errands == 0 { end(context) }
    }

    /// Closes the connection once all answers have left.
    private func end(_ context: ChannelHandlerContext) {
        guard !isEnding else { return }
        isEnding = true
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    private func nextMessage() -> [UInt8]? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self),
            let bytes = buffer.getBytes(at: buffer.readerIndex + 2, length: Int(length))
        else { return nil }
        buffer.moveReaderIndex(forwardBy: 2 + Int(length))
        buffer.discardReadBytes()
        return bytes
    }

    private func answer(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        guard let origin else { return }
        switch responder.respond(to: bytes, from: origin, &random) {
        // Over a connection silence would only keep the client waiting.
        case .none: context.close(promise: nil)
        case .reply(let reply): write(reply, context)
        case .forward(let errand):
            errands += 1
            responder.counters.add(.forwarded)
            forwarder.forward(errand, on: context.eventLoop).assumeIsolated().whenComplete { result in
                self.errands -= 1
                guard context.channel.isActive else { return }
                self.write(self.responder.finish(errand, with: result), context)
                self.resume(context)
            }
        }
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: bytes.count + 2)
        buffer.writeInteger(UInt16(truncatingIfNeeded: bytes.count))
        buffer.writeBytes(bytes)
        context.write(wrapOutboundOut(buffer), promise: nil)
    }

    // A client that sends and does not read is not read from either.

    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable, !isBusy {
            context.read()
        } else {
            holdsRead = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resume(context)
        context.fireChannelWritabilityChanged()
    }

    private func resume(_ context: ChannelHandlerContext) {
        answerWhatIsThere(context)
        guard holdsRead, context.channel.isWritable, !isBusy else { return }
        holdsRead = false
        context.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
