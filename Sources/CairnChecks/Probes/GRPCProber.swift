import CairnCatalog
import CairnCore
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOSSL
import Synchronization

/// Asks a server for its health by gRPC (grpc.health.v1), over HTTP/2 without or with TLS.
final class GRPCProber: Sendable {
    struct Target: Sendable {
        enum TLS: Sendable, Equatable {
            case off
            case on(verified: Bool)
        }

        let address: ProbeAddress
        /// Empty asks for the server as a whole.
        let service: String
        let tls: TLS

        init(host: String, port: Int, service: String, tls: TLS) {
            address = ProbeAddress(host: host, port: port)
            self.service = service
            self.tls = tls
        }
    }

    /// By whether the server's certificate is verified. Making one reads all of the host's certificate authorities.
    private let contexts = Mutex<[Bool: NIOSSLContext]>([:])

    func run(_ target: Target, timeout: Duration) async -> ProbeOutcome {
        let name = "gRPC check \(target.address.description)\(target.service.isEmpty ? "" : "/\(target.service)")"
        guard target.address.isValid else { return ProbeOutcome(.critical, "\(name): not an address with a port") }
        do {
            let answer = try await within(timeout) { try await self.ask(target, timeout: timeout) }
            return answer.outcome(name)
        } catch is ProbeTimeout {
            return ProbeOutcome(.critical, "\(name): no answer within \(timeout.words)")
        } catch {
            return ProbeOutcome(.critical, "\(name): \(ConnectionFailure.words(for: error))")
        }
    }

    private func ask(_ target: Target, timeout: Duration) async throws -> GRPCAnswer {
        let tls = try context(target.tls)
        // A name goes with the handshake (SNI), an address does not (RFC 6066, section 3).
        let serverName = target.address.isIPAddress ? nil : target.address.host
        let (connection, streams) = try await target.address.connect(timeout: timeout) { channel in
            channel.eventLoop.makeCompletedFuture {
                if let tls {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: tls, serverHostname: serverName))
                }
                // A server has no business opening streams to a client that allows no pushes.
                let streams = try channel.pipeline.syncOperations.configureAsyncHTTP2Pipeline(mode: .client) { stream in
                    stream.close().map { _ in }
                }
                try channel.pipeline.syncOperations.addHandler(CloseOnError())
                return (channel, streams)
            }
        }
        defer { connection.close(promise: nil) }
        let stream = try await streams.openStream { stream in
            stream.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<HTTP2Frame.FramePayload, HTTP2Frame.FramePayload>(
                    wrappingChannelSynchronously: stream)
            }
        }
        return try await stream.executeThenClose { inbound, outbound in
            try await outbound.write(.headers(.init(headers: Self.head(target, timeout))))
            let message = ByteBuffer(bytes: GRPCHealthMessages.request(service: target.service))
            try await outbound.write(.data(.init(data: .byteBuffer(message), endStream: true)))
            var answer = GRPCAnswer()
            for try await payload in inbound where answer.take(payload) { break }
            return answer
        }
    }

    private func context(_ tls: Target.TLS) throws -> NIOSSLContext? {
        guard case .on(let verified) = tls else { return nil }
        return try contexts.withLock { contexts in
            if let context = contexts[verified] { return context }
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.applicationProtocols = ["h2"]
            if !verified { configuration.certificateVerification = .none }
            let context = try NIOSSLContext(configuration: configuration)
            contexts[verified] = context
            return context
        }
    }

    /// See https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
    private static func head(_ target: Target, _ timeout: Duration) -> HPACKHeaders {
        let milliseconds = TimeAmount(timeout).nanoseconds / 1_000_000
        return [
            ":method": "POST", ":scheme": target.tls == .off ? "http" : "https",
            ":path": "/grpc.health.v1.Health/Check", ":authority": target.address.description,
            "content-type": "application/grpc", "te": "trailers", "user-agent": "Cairn Health Check",
            // At most eight digits.
            "grpc-timeout": "\(max(milliseconds, 1))m",
        ]
    }
}

/// Who does not speak HTTP/2, or has no good certificate, is not waited for.
private final class CloseOnError: ChannelInboundHandler {
    typealias InboundIn = Never

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
