import NIOCore
import NIOPosix

/// One query to one server and its answer, over a socket of its own: a port that nobody can guess.
enum DNSExchange {
    static func overUDP(
        _ packet: [UInt8], with server: DNSListenAddress, within timeout: TimeAmount, on loop: any EventLoop
    ) -> EventLoopFuture<[UInt8]> {
        let promise = loop.makePromise(of: [UInt8].self)
        let bootstrap = DatagramBootstrap(group: loop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramAnswerHandler(packet, promise))
                }
            }
        run(promise, within: timeout) {
            try bootstrap.connect(to: server.socketAddress()).flatMap { channel in
                send(ByteBuffer(bytes: packet), over: channel, promise)
            }
        }
        return promise.futureResult
    }

    static func overTCP(
        _ packet: [UInt8], with server: DNSListenAddress, within timeout: TimeAmount, on loop: any EventLoop
    ) -> EventLoopFuture<[UInt8]> {
        let promise = loop.makePromise(of: [UInt8].self)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(timeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(StreamAnswerHandler(packet, promise))
                }
            }
        run(promise, within: timeout) {
            try bootstrap.connect(to: server.socketAddress()).flatMap { channel in
                var buffer = ByteBuffer(integer: UInt16(truncatingIfNeeded: packet.count))
                buffer.writeBytes(packet)
                return send(buffer, over: channel, promise)
            }
        }
        return promise.futureResult
    }

    private static func run(
        _ promise: EventLoopPromise<[UInt8]>, within timeout: TimeAmount,
        _ connectAndSend: () throws -> EventLoopFuture<Void>
    ) {
        let timer = promise.futureResult.eventLoop.scheduleTask(in: timeout) { promise.fail(DNSClientError.noAnswer) }
        promise.futureResult.whenComplete { _ in timer.cancel() }
        do {
            try connectAndSend().whenFailure { promise.fail($0) }
        } catch {
            promise.fail(error)
        }
    }

    /// The socket is closed with the exchange, though the time may have been over before it was open.
    private static func send(
        _ buffer: ByteBuffer, over channel: any Channel, _ promise: EventLoopPromise<[UInt8]>
    ) -> EventLoopFuture<Void> {
        promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        return channel.writeAndFlush(buffer)
    }

    /// Whether the bytes answer that query: same id, same question. Others are strays or forgeries.
    static func isAnswer(_ bytes: [UInt8], to packet: [UInt8]) -> Bool {
        guard bytes.count >= DNSReader.headerLength, packet.count > DNSReader.headerLength,
            bytes[..<2] == packet[..<2], bytes[2] & 0x80 != 0
        else { return false }
        // Who could not read the question does not repeat it.
        if bytes[4] == 0, bytes[5] == 0 { return bytes[3] & 0xf != 0 }
        return question(of: bytes) != nil && question(of: bytes) == question(of: packet)
    }

    private static func question(of bytes: [UInt8]) -> DNSQuestion? {
        var reader = DNSReader(bytes, at: DNSReader.headerLength)
        guard let name = try? reader.name(), let type = try? reader.uint16(), let recordClass = try? reader.uint16()
        else { return nil }
        return DNSQuestion(name: name, type: DNSRecordType(rawValue: type), recordClass: recordClass)
    }

    static func isTruncated(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[2] & UInt8(DNSFlags.truncated.rawValue >> 8) != 0
    }
}
