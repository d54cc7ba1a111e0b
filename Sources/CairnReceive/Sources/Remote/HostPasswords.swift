public import CairnCore
import CairnFiles
import SystemPackage

/// The names and passwords that git and curl use for hosts (netrc(5)).
public struct HostPasswords: Sendable {
    private let path: String

    public init(_ credentials: HostCredentials) { path = credentials.passwords }

    /// One host's.
    struct Entry: Equatable {
        let host: String
        var user: String
        var password: String
    }

    /// Keeps a name and a password for a host; nil removes them.
    ///
    /// - Throws: `E-INVALID-VALUE` for what the file cannot hold; `E-INVALID-FILE` when the file holds what Cairn does not
    ///   write, and so must not lose.
    public func set(_ account: (user: String, password: String)?, of host: String) throws(CairnError) {
        try Self.check(host, "host")
        var entries = try entries().filter { $0.host != host }
        if let account {
            try Self.check(account.user, "user")
            try Self.check(account.password, "password")
            entries.append(Entry(host: host, user: account.user, password: account.password))
        }
        let text = entries.map { "machine \($0.host) login \($0.user) password \($0.password)\n" }.joined()
        try Files.write(text, to: FilePath(path), mode: 0o600)
    }

    /// Whether the host has just that account; with nil, whether it has none.
    public func has(_ account: (user: String, password: String?)?, of host: String) throws(CairnError) -> Bool {
        let entry = try entries().first { $0.host == host }
        guard let account else { return entry == nil }
        return entry?.user == account.user && (account.password == nil || account.password == entry?.password)
    }

    private func entries() throws(CairnError) -> [Entry] {
        guard Files.exists(FilePath(path)) else { return [] }
        return try Self.parse(try Files.read(FilePath(path)))
    }

    static func parse(_ text: String) throws(CairnError) -> [Entry] {
        var words = text.split(whereSeparator: \.isWhitespace)[...]
        var entries: [Entry] = []
        while let word = words.popFirst() {
            guard let value = words.popFirst() else { throw unknown(word) }
            switch word {
            case "machine": entries.append(Entry(host: String(value), user: "", password: ""))
            case "login" where !entries.isEmpty: entries[entries.count - 1].user = String(value)
            case "password" where !entries.isEmpty: entries[entries.count - 1].password = String(value)
            default: throw unknown(word)
            }
        }
        return entries
    }

    private static func unknown(_ word: Substring) -> CairnError {
        CairnError(
            .invalidFile,
            "The .netrc of the state root holds '\(String(word).excerpt(20))', which Cairn does not write",
            hint: "Edit the file by hand, or remove what is not 'machine HOST login USER password PASSWORD'.")
    }

    /// Blanks end a word, and a quote begins one of another kind.
    private static func check(_ text: String, _ what: String) throws(CairnError) {
        let isValid =
            !text.isEmpty && text.utf8.count <= 4_096 && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
            && !text.contains("\"") && !text.hasPrefix("#") && !text.hasPrefix("-")
        guard isValid else {
            throw CairnError(
                .invalidValue,
                "The \(what) cannot be kept in a .netrc: it is empty, or has a blank, a quote or a control character",
                hint: "A token of the git server usually has none.")
        }
    }
}
