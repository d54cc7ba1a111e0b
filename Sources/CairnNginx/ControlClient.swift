import CairnCore
import NIOCore
import NIOPosix
import SystemPackage

/// Speaks with the running nginx over the control socket, which only root and Cairn's user can reach.
struct ControlClient: Sendable {
    let socket: FilePath

    private static let deadline = Duration.seconds(5)

    struct Response: Sendable {
        let status: Int
        let body: String
    }

    /// The generation of the nginx that answers; nil when none does.
    func generation() async -> Int? {
        guard let response = try? await request("GET", "/generation"), response.status == 200 else { return nil }
        return Int(response.body.split(separator: "\n").first ?? "")
    }

    /// - Throws: `E-NGINX-DOWN` when nothing answers.
    func request(_ method: String, _ path: String, body: String = "") async throws -> Response {
        do {
            return try await withDeadline(Self.deadline) { try await exchange(method, path, body) }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw CairnError(
                .nginxDown, "nginx does not answer on \(socket)",
                hint: "Start it with 'systemctl start nginx', or see why it does not start with 'nginx -t'.",
                evidence: ["\(error)".visible])
        }
    }

    /// One request of HTTP/1.0, whose answer ends with the connection.
    private func exchange(_ method: String, _ path: String, _ body: String) async throws -> Response {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: socket.string) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let head = "\(method) \(path) HTTP/1.0\r\nHost: cairn\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: head + body))
            var received = ByteBuffer()
            for try await part in inbound { received.writeImmutableBuffer(part) }
            return try Self.parse(String(buffer: received))
        }
    }

    private static func parse(_ text: String) throws -> Response {
        let bytes = Array(text.utf8)
        let words = text.prefix(64).split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1].prefix(3)),
            let end = headEnd(bytes)
        else { throw CairnError(.nginxDown, "the answer on the control socket is not HTTP") }
        return Response(status: status, body: String(decoding: bytes[end...], as: UTF8.self))
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 0...(bytes.count - 4) where bytes[index..<(index + 4)].elementsEqual([13, 10, 13, 10]) {
            return index + 4
        }
        return nil
    }
}
