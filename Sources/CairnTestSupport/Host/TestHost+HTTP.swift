import CairnCore
import Foundation

/// What a server answered.
public struct Reply: Sendable, CustomStringConvertible {
    /// 0 when there was no answer.
    public let status: Int
    /// `1.1` or `2`.
    public let version: String
    /// The header lines, names in lower case.
    public let headers: [String]
    public let body: String

    public var description: String { "HTTP/\(version) \(status)\n\(headers.joined(separator: "\n"))\n\n\(body)" }

    /// The values of a header.
    public func values(_ name: String) -> [String] {
        headers.filter { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }
}

extension TestHost {
    /// A request to nginx with curl, with its headers. The name leads to this host, whatever it is.
    ///
    /// - Parameter port: That of http or, with `isSecure`, https of the host, unless another is named.
    public func request(
        _ path: String = "/", host: String, isSecure: Bool = false, port: Int? = nil, options: [String] = []
    ) async throws -> Reply {
        let port = port ?? (isSecure ? settings.httpsPort : settings.httpPort)
        let outcome = try await run(
            "/usr/bin/curl",
            [
                "--silent", "--show-error", "--insecure", "--max-time", "60", "--noproxy", "*", "--dump-header", "-",
                "--resolve", "\(host):\(port):127.0.0.1", "--write-out", "\n%{http_code} %{http_version}",
            ] + options + ["\(isSecure ? "https" : "http")://\(host):\(port)\(path)"])
        return Self.reply(outcome.output)
    }

    private static func reply(_ output: String) -> Reply {
        // CR LF is one character, and a line's end like LF.
        var lines = output.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        let last = (lines.popLast() ?? "").split(separator: " ").map(String.init)
        let head = Array(lines.prefix { !$0.isEmpty })
        lines.removeFirst(min(head.count + 1, lines.count))
        let headers = head.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return name.lowercased() + line.dropFirst(name.count)
        }
        return Reply(
            status: last.first.flatMap { Int($0) } ?? 0, version: last.count > 1 ? last[1] : "", headers: headers,
            body: lines.joined(separator: "\n"))
    }
}
