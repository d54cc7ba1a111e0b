import CairnCore
import NIOCore
import NIOPosix

/// The two sockets of one address.
struct DNSListener: Sendable {
    let port: Int
    private let datagrams: any Channel
    private let streams: any Channel
    private let connections: ConnectionTable

    /// How many datagrams are read with one call of the kernel, and how long each may be: longer queries have no reason.
    private static let batch = 32
    private static let datagramLength = 2048

    /// How many free ports are tried until one is free for both.
    private static let attempts = 8

    /// - Throws: What the kernel says when the address cannot be had.
    static func bind(
        _ address: DNSListenAddress, _ responder: DNSResponder, _ forwarder: Forwarder, on group: any EventLoopGroup
    ) async throws -> DNSListener {
        var attempt = 1
        while true {
            let datagrams = try await datagramSocket(address, responder, forwarder, on: group)
            do {
                let port = datagrams.localAddress?.port ?? address.port
                let connections = ConnectionTable(limits: responder.settings.connections)
                let streams = try await streamSocket(
                    DNSListenAddress(host: address.host, port: port), responder, forwarder, connections, on: group)
                return DNSListener(port: port, datagrams: datagrams, streams: streams, connections: connections)
            } catch {
                try await datagrams.close()
                // A port that the system chose for UDP may be taken for TCP.
                guard address.port == 0, attempt < attempts else { throw error }
                attempt += 1
            }
        }
    }

    private static func datagramSocket(
        _ address: DNSListenAddress, _ responder: DNSResponder, _ forwarder: Forwarder, on group: any EventLoopGroup
    ) async throws -> any Channel {
        try await DatagramBootstrap(group: group)
            .channelOption(.datagramVectorReadMessageCount, value: batch)
            .channelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: batch * datagramLength)
            )
            // Only there is it not known beforehand where a query arrived.
            .channelOption(.receivePacketInfo, value: address.host.isUnspecified)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        DatagramHandler(responder: responder, forwarder: forwarder))
                }
            }
            .bind(to: address.socketAddress()).get()
    }

    private static func streamSocket(
        _ address: DNSListenAddress, _ responder: DNSResponder, _ forwarder: Forwarder, _ connections: ConnectionTable,
        on group: any EventLoopGroup
    ) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            // After a restart, connections of the former process may not be over yet.
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 128)
            .childChannelInitializer { channel in
                guard connections.admit(channel) else { return channel.close() }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        StreamHandler(responder: responder, forwarder: forwarder))
                }
            }
            .bind(to: address.socketAddress()).get()
    }

    /// Returns when one of the sockets has closed, and closes the other.
    func closed() async {
        let ended = datagrams.eventLoop.makePromise(of: Void.self)
        datagrams.closeFuture.cascade(to: ended)
        streams.closeFuture.cascade(to: ended)
        // How a socket came to be closed does not matter: it is opened again.
        _ = try? await ended.futureResult.get()
        close()
        _ = try? await datagrams.closeFuture.and(streams.closeFuture).get()
    }

    func close() {
        datagrams.close(promise: nil)
        streams.close(promise: nil)
        connections.closeAll()
    }
}
