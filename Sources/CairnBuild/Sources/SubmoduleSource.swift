import CairnCore

/// Where a submodule may be fetched from. The URL comes out of a pushed file, so anything that would let git run a
/// program or read this host's files is refused.
struct SubmodulePolicy: Sendable {
    /// Named as in `GIT_ALLOW_PROTOCOL` (git(1)), which holds git itself to the list as well, also after a redirect.
    let protocols = ["https", "http", "ssh", "git"]

    /// - Throws: `E-GIT` with the reason.
    func check(_ url: String, path: String) throws(CairnError) {
        guard let reason = objection(to: url) else { return }
        throw CairnError(
            .git, "The submodule '\(path.visible)' is not fetched: its URL '\(url.visible)' \(reason)",
            hint:
                "Use an absolute URL of https, http, ssh or git in .gitmodules, such as https://example.com/library.git."
        )
    }

    private func objection(to url: String) -> String? {
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

/// One section of a `.gitmodules`.
struct SubmoduleSource: Equatable {
    let name: String
    let url: String

    /// A directory name for the fetched repository: unlike the name, it cannot lead anywhere, and two names that differ
    /// give two directories.
    var directoryName: String {
        var result = ""
        for byte in name.utf8 {
            let isPlain = byte.isPlainNameByte
            result += isPlain ? String(UnicodeScalar(byte)) : "%" + String(UInt16(byte) + 0x100, radix: 16).suffix(2)
        }
        return result
    }

    /// Reads what `git config --list --null` prints: `submodule.<name>.<key>`, a newline, the value, a NUL.
    ///
    /// - Returns: The sections by path.
    static func parse(_ output: [UInt8]) -> [String: SubmoduleSource] {
        var sections: [String: [String: String]] = [:]
        for item in output.split(separator: 0) {
            let parts = item.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            let key = String(decoding: parts[0], as: UTF8.self)
            guard parts.count == 2, key.hasPrefix("submodule."), let dot = key.lastIndex(of: "."),
                key.utf8.distance(from: key.startIndex, to: dot) > 10
            else { continue }
            let name = String(key[key.index(key.startIndex, offsetBy: 10)..<dot])
            sections[name, default: [:]][String(key[key.index(after: dot)...])] = String(
                decoding: parts[1], as: UTF8.self)
        }
        var result: [String: SubmoduleSource] = [:]
        for (name, values) in sections.sorted(by: { $0.key < $1.key }) {
            guard let path = values["path"], let url = values["url"] else { continue }
            result[path] = SubmoduleSource(name: name, url: url)
        }
        return result
    }
}

extension UInt8 {
    fileprivate var isPlainNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
