import CairnCore
import Subprocess
import SystemPackage

/// One GET request over TLS; 2xx passes, as without TLS. It is left to curl: the certificate is not verified here, and a
/// TLS library for this one purpose would double the program.
struct HTTPSProbe: Sendable {
    let address: IPv4Address
    let port: Int
    let path: String
    let headers: [(String, String)]
    /// Text that the first 64 KiB of the body must hold.
    let content: String?

    private static let bodyLimit = 64 * 1024
    /// What curl may hand over before the try counts as failed.
    private static let answerLimit = 16 << 20

    func run(timeout: Duration) async -> ProbeResult {
        do {
            let result = try await Subprocess.run(
                .name("curl"), arguments: Arguments(arguments(timeout: timeout)),
                output: .bytes(limit: Self.answerLimit), error: .string(limit: 4096))
            guard result.terminationStatus.isSuccess else {
                return .failed("GET \(path) on port \(port): \(result.standardError.visible)")
            }
            return judge(result.standardOutput)
        } catch {
            return .failed("curl, which makes https checks, failed: \(error)")
        }
    }

    /// `--disable` comes first, else curl reads a `.curlrc`; `--globoff` leaves brackets and braces of the path alone. All
    /// that comes from app.json is part of an argument that follows its option, so that none can be taken for one.
    func arguments(timeout: Duration) -> [String] {
        var arguments = [
            "--disable", "--globoff", "--silent", "--show-error", "--insecure", "--noproxy", "*", "--proto", "=https",
            "--max-time", timeout.seconds, "--write-out", "\n%{http_code}", "--user-agent", "cairn-health-check",
        ]
        for (name, value) in headers {
            // A header without a value is written so; behind a colon curl would leave the whole header out.
            arguments += ["--header", value.isEmpty ? "\(name);" : "\(name): \(value)"]
        }
        return arguments + ["--url", "https://\(address):\(port)\(path)"]
    }

    func judge(_ answer: [UInt8]) -> ProbeResult {
        guard let end = answer.lastIndex(of: UInt8(ascii: "\n")),
            let status = Int(String(decoding: answer[(end + 1)...], as: UTF8.self))
        else { return .failed("GET \(path) on port \(port): curl told no status") }
        let body = String(decoding: answer[..<end].prefix(Self.bodyLimit), as: UTF8.self)
        guard (200..<300).contains(status) else {
            return .failed("GET \(path) on port \(port) answered \(status)")
        }
        if let content, !body.contains(content) {
            return .failed("GET \(path) on port \(port) answered \(status), but without the text '\(content.visible)'")
        }
        return .passed
    }
}
