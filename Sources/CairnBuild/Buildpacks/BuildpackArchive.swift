import CairnCore
import Foundation
import Subprocess

/// A buildpack in a `.tgz` on a web server. It is only carried here: the build unpacks it, where it can harm nothing but
/// that build.
struct BuildpackArchive: Sendable {
    let url: String
    let environment: [String: String]

    /// Larger ones are none. In bytes.
    static let maximumSize = 256 << 20

    /// - Throws: `E-IO` with what curl said.
    func download() async throws -> [UInt8] {
        var variables: [Environment.Key: String] = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        // Anybody may see the arguments of a process, so the address, which may hold a password, is not among them. It has
        // neither blanks nor control characters (`RemotePolicy`).
        let quoted = url.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let result = try await run(
            .name("curl"),
            arguments: [
                "--silent", "--show-error", "--fail", "--location", "--proto", "=http,https", "--proto-redir",
                "=http,https", "--max-redirs", "5", "--globoff", "--netrc-optional",
                "--connect-timeout", "30", "--max-time", "600", "--speed-limit", "100", "--speed-time", "60",
                "--max-filesize", "\(Self.maximumSize)", "--config", "-",
            ], environment: .custom(variables), input: .string("url = \"\(quoted)\"\n"),
            output: .bytes(limit: Self.maximumSize), error: .string(limit: 16 << 10)
        )
        guard result.terminationStatus.isSuccess, !result.standardOutput.isEmpty else {
            throw CairnError(
                .io, "The buildpack \(BuildpackReference.archive(url: url).shown.visible) could not be downloaded",
                hint: "Check the URL, and that this host reaches it.",
                evidence: result.standardError.split(whereSeparator: \.isNewline).map(String.init))
        }
        return result.standardOutput
    }
}
