import CairnBuild
public import CairnCore
import Subprocess
import SystemPackage

/// Fetches an archive from a web server, with curl(1).
public struct ArchiveDownload: Sendable {
    let url: String
    let credentials: HostCredentials
    private let environment: [String: String]

    /// - Parameter environment: Where proxies are named.
    /// - Throws: `E-INVALID-VALUE` for an address that is not one of http or https.
    public init(
        validating url: String, credentials: HostCredentials, environment: [String: String]
    ) throws(CairnError) {
        let lower = url.lowercased()
        let host =
            lower.hasPrefix("https://") ? lower.dropFirst(8) : lower.hasPrefix("http://") ? lower.dropFirst(7) : ""
        guard !host.isEmpty, !host.hasPrefix("/"), !host.hasPrefix("-"),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        else {
            throw CairnError(
                .invalidValue,
                "'\(RemoteAddress.withoutCredentials(url).excerpt(200))' is not the address of an archive",
                hint: "It begins with https:// or http://. An archive of your own is sent with --: … -- < app.tar.gz")
        }
        self.url = url
        self.credentials = credentials
        self.environment = environment
    }

    /// For people and records.
    public var shown: String { RemoteAddress.withoutCredentials(url) }

    /// Writes the archive into the file.
    ///
    /// - Throws: `E-FETCH` with curl's line; `E-ARCHIVE-REFUSED` when it is too large.
    public func fetch(into file: SpoolFile) async throws {
        // Anybody may see the arguments of a process, so the address, which may hold a password, is not among them.
        let configuration = "url = \"\(url)\"\n"
        let result = try await Subprocess.run(
            .name("curl"),
            arguments: [
                "--silent", "--show-error", "--fail", "--location", "--max-redirs", "10", "--globoff", "--proto",
                "=https,http", "--proto-redir", "=https,http", "--connect-timeout", "20", "--max-time", "1800",
                "--speed-limit", "100", "--speed-time", "60", "--netrc-optional", "--config", "-",
            ], environment: ChildEnvironment(variables).custom, input: .string(configuration), output: .sequence,
            error: .string(limit: 16 << 10)
        ) { try await Self.copy($0.standardOutput, to: file) }
        guard result.terminationStatus.isSuccess else {
            throw CairnError(
                .fetchFailed, "The archive \(shown) cannot be fetched",
                hint: "Check the address, and whether this host reaches it and may read it.",
                evidence: result.standardError.split(separator: "\n").suffix(5).map {
                    String($0).replacing(url, with: shown)
                })
        }
    }

    private static func copy(_ output: SubprocessOutputSequence, to file: SpoolFile) async throws {
        for try await piece in output { try file.append(piece.withUnsafeBytes { Array($0) }) }
    }

    private var variables: [String: String] {
        let proxies = environment.filter { $0.key.lowercased().hasSuffix("_proxy") }
        return HostCredentials.variables.merging(proxies) { $1 }.merging(["HOME": credentials.root]) { $1 }
    }
}
