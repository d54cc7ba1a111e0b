import CairnBuild
public import CairnCore
import CairnFiles
import Glibc
import Subprocess
import SystemPackage

/// What this host shows to others when it fetches from them: a key pair for ssh, names and passwords for https, and the
/// hosts it knows. The files are where git and ssh look for them in the home of the state root's owner.
public struct HostCredentials: Sendable {
    let root: String

    public init(_ settings: HostSettings) { root = settings.root }

    private var directory: String { root + "/.ssh" }
    var privateKey: String { directory + "/id_ed25519" }
    var knownHosts: String { directory + "/known_hosts" }
    /// Names and passwords by host (netrc(5)).
    var passwords: String { root + "/.netrc" }

    /// The public half of the key pair, on one line; nil when there is none yet.
    public var publicKey: String? {
        for name in ["id_ed25519.pub", "id_rsa.pub"] {
            if let line = Files.readIfPresent(FilePath("\(directory)/\(name)"))?.split(separator: "\n").first {
                return String(line)
            }
        }
        return nil
    }

    /// Makes the key pair.
    ///
    /// - Throws: `E-NAME-TAKEN` when there is one.
    public func makeKey() async throws {
        guard publicKey == nil, !Files.exists(FilePath(privateKey)) else {
            throw CairnError(.nameTaken, "A deploy key already exists for this host")
        }
        try Files.makeDirectory(FilePath(directory), mode: 0o700)
        let result = try await Subprocess.run(
            .name("ssh-keygen"),
            arguments: ["-q", "-t", "ed25519", "-N", "", "-C", "cairn deploy key", "-f", privateKey],
            environment: ChildEnvironment(Self.variables).custom, output: .discarded, error: .string(limit: 16 << 10))
        guard result.terminationStatus.isSuccess else {
            throw CairnError(
                .io, "The deploy key could not be made", hint: "Check the owner of \(directory).",
                evidence: result.standardError.split(separator: "\n").suffix(5).map(String.init))
        }
    }

    static let variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"]
}
