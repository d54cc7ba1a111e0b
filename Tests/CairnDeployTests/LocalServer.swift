import CairnTestSupport
import Foundation
import Glibc
import Synchronization

/// An HTTP server on the loopback interface that answers what a test says, one connection after the other.
final class LocalServer: Sendable {
    let port: Int
    private let listener: Int32
    private let heads = Mutex<[String]>([])

    /// The heads of the requests so far.
    var requests: [String] { heads.withLock { $0 } }

    /// - Parameter answer: what is sent for a request's head; nil sends nothing and keeps the connection open.
    static func run(
        _ answer: @escaping @Sendable (String) -> String?, _ body: (LocalServer) async throws -> Void
    ) async throws {
        let server = try LocalServer()
        // It blocks, which the threads that run tasks must not.
        Thread.detachNewThread { server.serve(answer) }
        defer { server.stop() }
        try await body(server)
    }

    private init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let listens = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard listens else { throw TestHostError("no port is free") }
        port = Int(in_port_t(bigEndian: address.sin_port))
    }

    /// Ends `accept` in the thread that serves.
    private func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ answer: (String) -> String?) {
        var kept: [Int32] = []
        defer { for descriptor in kept + [listener] { close(descriptor) } }
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = read(connection, &bytes, bytes.count)
            let head = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            if !head.isEmpty { heads.withLock { $0.append(head) } }
            if let text = head.isEmpty ? "" : answer(head) {
                _ = Array(text.utf8).withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                close(connection)
            } else {
                kept.append(connection)
            }
        }
    }
}
