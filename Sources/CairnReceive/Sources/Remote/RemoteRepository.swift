import CairnBuild
public import CairnCore

/// The address of a git repository on another host.
public struct RemoteRepository: Sendable, Equatable {
    let url: String

    /// - Throws: `E-NOT-ALLOWED` for an address by which git would run a program or read this host's files.
    public init(validating url: String) throws(CairnError) {
        if let objection = RemotePolicy().objection(to: url) {
            throw CairnError(
                .notAllowed, "The repository is not fetched: its address '\(url.excerpt(200))' \(objection)",
                hint:
                    "Use an address of https, http, ssh or git: https://example.com/team/app.git, git@example.com:team/app"
            )
        }
        self.url = url
    }

    /// For people and records: without a name and a password that it may carry.
    public var shown: String { RemoteAddress.withoutCredentials(url) }
}

/// Addresses that may carry a name and a password.
public enum RemoteAddress {
    /// The address as people may see it.
    public static func withoutCredentials(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://") else { return address }
        let authority = address[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return address }
        // A bare name, as in ssh://git@example.com, is no secret.
        guard authority[..<at].contains(":") || !address.hasPrefix("ssh:") else { return address }
        return String(address[..<scheme.upperBound] + address[address.index(after: at)...])
    }
}

/// What `git ls-remote --symref` prints: an id or a branch, a tab, and a name on each line.
struct RemoteReferences {
    private var ids: [String: String] = [:]
    /// The branch that HEAD names.
    private(set) var headBranch: String?

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2 else { continue }
            if parts[0].hasPrefix("ref: refs/heads/"), parts[1] == "HEAD" {
                headBranch = String(parts[0].dropFirst("ref: refs/heads/".count))
            } else if !parts[0].hasPrefix("ref: ") {
                ids[String(parts[1])] = String(parts[0])
            }
        }
    }

    /// What a revision stands for there.
    struct Match: Equatable {
        /// As git writes ids.
        let id: String
        /// Nil for a tag.
        let branch: String?
    }

    /// A branch goes before a tag of the same name, as in a clone; without a revision it is the branch that HEAD names.
    func match(_ revision: String?) -> Match? {
        guard let revision else { return ids["HEAD"].map { Match(id: $0, branch: headBranch) } }
        let name = revision.hasPrefix("refs/heads/") ? String(revision.dropFirst("refs/heads/".count)) : revision
        if let id = ids["refs/heads/\(name)"] { return Match(id: id, branch: name) }
        let tag = revision.hasPrefix("refs/tags/") ? String(revision.dropFirst("refs/tags/".count)) : revision
        return (ids["refs/tags/\(tag)^{}"] ?? ids["refs/tags/\(tag)"]).map { Match(id: $0, branch: nil) }
    }
}
