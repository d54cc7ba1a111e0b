import Glibc
import SystemPackage

/// A client that sends just the bytes it is told to.
struct Client {
    let port: Int

    struct Response: Equatable {
        let status: Int
        let headers: [String: String]
        let body: String

        init?(_ text: String) {
            guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
            let lines = text[..<end.lowerBound].split(separator: "\r\n", omittingEmptySubsequences: false)
            guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
                return nil
            }
            self.status = status
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                headers[line[..<colon].lowercased()] = String(line[line.index(colon, offsetBy: 2)...])
            }
            self.headers = headers
            body = String(text[end.upperBound...])
        }
    }

    /// A GET on a connection of its own; nil when the server closes without an answer.
    func get(_ host: String, _ path: String = "/", headers: [String] = []) throws -> Response? {
        let lines = ["GET \(path) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers
        return Response(try exchange(lines.joined(separator: "\r\n") + "\r\n\r\n"))
    }

    /// Sends the bytes and reads until the server closes.
    func exchange(_ request: String) throws -> String {
        let connection = try Connection(port: port)
        try connection.send(request)
        return try connection.readAll()
    }
}

/// A TCP connection to this host.
final class Connection {
    private let descriptor: FileDescriptor

    init(port: Int) throws {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        descriptor = FileDescriptor(rawValue: number)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Errno(rawValue: errno) }
    }

    deinit { try? descriptor.close() }

    func send(_ text: String) throws { _ = try descriptor.writeAll(Array(text.utf8)) }

    /// What has arrived, at least one byte; empty at the end.
    func read() throws -> String {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = try bytes.withUnsafeMutableBytes { try descriptor.read(into: $0) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    func read(until text: String) throws -> String {
        var result = ""
        while !result.contains(text) {
            let part = try read()
            if part.isEmpty { break }
            result += part
        }
        return result
    }

    func readAll() throws -> String {
        var result = ""
        do {
            while true {
                let part = try read()
                if part.isEmpty { return result }
                result += part
            }
        } catch Errno.connectionReset {
            return result
        }
    }
}
