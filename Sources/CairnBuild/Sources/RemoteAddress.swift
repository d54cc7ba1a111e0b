public import LibGit

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
public struct RemoteReferences: Sendable {
    private var ids: [String: ObjectID] = [:]
    /// The branch that HEAD names.
    private var headBranch: String?

    /// Reads what git printed.
    public init(_ text: String) {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2 else { continue }
            if parts[0].hasPrefix("ref: refs/heads/"), parts[1] == "HEAD" {
                headBranch = String(parts[0].dropFirst("ref: refs/heads/".count))
            } else if let id = ObjectID(String(parts[0])) {
                ids[String(parts[1])] = id
            }
        }
    }

    /// What a revision stands for there.
    public struct Match: Equatable, Sendable {
        /// Of the commit, also where a tag has an id of its own.
        public let id: ObjectID
        /// `nil` for a tag.
        public let branch: String?
    }

    /// A branch goes before a tag of the same name, as in a clone; without a revision it is the branch that HEAD names.
    public func match(_ revision: String?) -> Match? {
        guard let revision else { return ids["HEAD"].map { Match(id: $0, branch: headBranch) } }
        let name = revision.hasPrefix("refs/heads/") ? String(revision.dropFirst("refs/heads/".count)) : revision
        if let id = ids["refs/heads/\(name)"] { return Match(id: id, branch: name) }
        let tag = revision.hasPrefix("refs/tags/") ? String(revision.dropFirst("refs/tags/".count)) : revision
        return (ids["refs/tags/\(tag)^{}"] ?? ids["refs/tags/\(tag)"]).map { Match(id: $0, branch: nil) }
    }
}
