import CairnCore

/// Which repositories this host fetches for somebody else. The URL comes out of a pushed file or from a user of an ssh key,
/// so anything that would let git run a program or read this host's files is refused.
public struct RemotePolicy: Sendable {
    /// Named as in `GIT_ALLOW_PROTOCOL` (git(1)), which holds git itself to the list as well, also after a redirect.
    public let protocols = ["https", "http", "ssh", "git"]

    /// The one policy there is.
    public init() {}

    /// Why the URL is refused, as the end of a sentence; `nil` when it is not.
    public func objection(to url: String) -> String? {
        if url.isEmpty { return "is empty" }
        if url.hasPrefix("-") { return "would be read as an option" }
        if url.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7f }) {
            return "contains blanks or control characters"
        }
        if url.hasPrefix("./") || url.hasPrefix("../") {
            return "is relative, and a pushed repository has no place that it could be relative to"
        }
        if let scheme = Self.scheme(of: url) {
            guard protocols.contains(scheme.lowercased()) else { return "uses the protocol '\(scheme.visible)'" }
            // 'ssh://-oProxyCommand=…' would reach ssh as an option.
            let host = url.dropFirst(scheme.count + 3)
            return host.isEmpty || host.hasPrefix("-") || host.hasPrefix("/") ? "names no host" : nil
        }
        if url.unicodeScalars.contains("\\") || !Self.isSecureCopyAddress(url) { return "is a path on this host" }
        return nil
    }

    private static func scheme(of url: String) -> String? {
        // 'ext::sh -c …' names a helper program (gitremote-helpers(7)).
        let head = url.prefix { $0 != "/" }
        if let helper = head.split(separator: ":", omittingEmptySubsequences: false).first, head.contains("::") {
            return String(helper) + "::"
        }
        guard head.hasSuffix(":"), url.dropFirst(head.count).hasPrefix("//") else { return nil }
        return String(head.dropLast())
    }

    /// `user@host:path`: git takes this for ssh when the colon comes before the first slash.
    private static func isSecureCopyAddress(_ url: String) -> Bool {
        let host = url.prefix { $0 != ":" && $0 != "/" }
        return !host.isEmpty && url.dropFirst(host.count).hasPrefix(":") && host.count + 1 < url.count
    }
}
