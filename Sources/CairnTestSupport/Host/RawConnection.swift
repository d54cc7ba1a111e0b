import Foundation
import Glibc

/// A TCP connection to a port of the loopback interface that sends just the bytes it is told to: for requests that no
/// HTTP client makes, and to see what becomes of one connection. Calls block for at most a minute.
public final class RawConnection: Sendable {
    private let descriptor: Int32

    /// - Throws: When nobody listens.
    public init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            throw TestHostError("no connection to port \(port): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// Sends all of the text.
    ///
    /// - Returns: False when the other side has gone.
    @discardableResult
    public func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            == bytes.count
    }

    /// Reads until what came ends with `ending`, or the other side closes.
    public func receive(until ending: String) -> String {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !received.ends(with: ending.utf8) {
            let count = read(descriptor, &buffer, buffer.count)
            if count <= 0 { break }
            received += buffer[..<count]
        }
        return String(decoding: received, as: UTF8.self)
    }

    /// What came back for a request.
    public struct Answer: Sendable {
        /// 0 when the answer was cut off.
        public let status: Int
        public let body: String
        /// Whether the server said that it takes no more requests on the connection.
        public let isLast: Bool
    }

    /// Makes a GET request and reads the answer, whose body must have a stated length.
    ///
    /// - Returns: Nil when the other side closed before the first byte, as a server may do with an idle connection.
    public func get(_ path: String, host: String) -> Answer? {
        guard send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n") else { return nil }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let answer = Self.answer(received) { return answer }
            let count = read(descriptor, &buffer, buffer.count)
            if count <= 0 {
                if received.isEmpty { return nil }
                return Answer(status: 0, body: String(decoding: received, as: UTF8.self), isLast: true)
            }
            received += buffer[..<count]
        }
    }

    private static func answer(_ bytes: [UInt8]) -> Answer? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(whereSeparator: \.isNewline)
        let headers = lines.dropFirst().map { $0.lowercased() }
        let body = text[end.upperBound...]
        let length = headers.first { $0.hasPrefix("content-length:") }.flatMap {
            Int($0.split(separator: " ").last ?? "")
        }
        guard let length, body.utf8.count >= length, let status = lines.first?.split(separator: " ").dropFirst().first
        else { return nil }
        return Answer(
            status: Int(status) ?? 0, body: String(body), isLast: headers.contains("connection: close"))
    }
}

extension Array where Element == UInt8 {
    fileprivate func ends(with other: String.UTF8View) -> Bool {
        count >= other.count && suffix(other.count).elementsEqual(other)
    }
}
