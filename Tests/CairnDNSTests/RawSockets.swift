import NIOCore
import NIOPosix

@testable import CairnDNS

/// Sends datagrams and does not care for answers.
struct RawSocket {
    private let channel: any Channel
    private let address: SocketAddress

    init(to address: DNSListenAddress, from source: String = "127.0.0.1") async throws {
        self.address = try address.socketAddress()
        channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: source, port: 0).get()
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: bytes)))
    }

    func close() async throws { try await channel.close() }
}

/// A connection whose bytes are one's own.
struct RawConnection {
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let continuation: AsyncStream<[UInt8]>.Continuation
        init(_ continuation: AsyncStream<[UInt8]>.Continuation) { self.continuation = continuation }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(Array(unwrapInboundIn(data).readableBytesView))
        }
        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
        // Being cut off is what is waited for.
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let channel: any Channel
    private let incoming: AsyncStream<[UInt8]>

    init(to address: DNSListenAddress) async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        incoming = stream
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(continuation))
                }
            }
            .connect(to: address.socketAddress()).get()
    }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// The next so many messages; fewer when the connection ends.
    func messages(_ count: Int) async throws -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var bytes: [UInt8] = []
        for await part in incoming {
            bytes += part
            while bytes.count >= 2, bytes.count >= 2 + Int(bytes[0]) << 8 + Int(bytes[1]) {
                let length = Int(bytes[0]) << 8 + Int(bytes[1])
                messages.append(Array(bytes[2..<(2 + length)]))
                bytes.removeFirst(2 + length)
            }
            if messages.count >= count { break }
        }
        return messages
    }

    /// Returns when the server has closed it.
    func closed() async { _ = try? await channel.closeFuture.get() }

    func close() async throws { try await channel.close() }
}
