import NIOCore

/// Waits for the datagram that answers; others are ignored.
final class DatagramAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let packet: [UInt8]
    private let promise: EventLoopPromise<[UInt8]>

    init(_ packet: [UInt8], _ promise: EventLoopPromise<[UInt8]>) {
        self.packet = packet
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        if DNSExchange.isAnswer(bytes, to: packet) { promise.succeed(bytes) }
    }

    /// Such as that nobody listens there: then there is no need to wait.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
}

/// Collects the answer that comes after its length.
final class StreamAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let packet: [UInt8]
    private let promise: EventLoopPromise<[UInt8]>
    private var buffer = ByteBuffer()

    init(_ packet: [UInt8], _ promise: EventLoopPromise<[UInt8]>) {
        self.packet = packet
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        buffer.writeBuffer(&incoming)
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self),
            let bytes = buffer.getBytes(at: buffer.readerIndex + 2, length: Int(length))
        else { return }
        if DNSExchange.isAnswer(bytes, to: packet) {
            promise.succeed(bytes)
        } else {
            promise.fail(DNSClientError.noAnswer)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(DNSClientError.noAnswer)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
}
