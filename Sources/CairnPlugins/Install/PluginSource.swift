public import CairnCore

/// Where a plugin comes from, as somebody has written it.
public struct PluginSource: Sendable, Equatable {
    public enum Kind: String, Sendable {
        /// Comes with Cairn.
        case bundled
        case git
        /// A tar archive, packed by gzip or not, at an address or a path.
        case archive
        /// A directory of this host.
        case directory
    }

    public let kind: Kind
    /// The URL or absolute path, without the reference; a bundled plugin's name.
    public let location: String
    /// The branch, tag or commit that was asked for; nil for whatever the repository offers.
    public let reference: String?

    init(kind: Kind, location: String, reference: String? = nil) {
        self.kind = kind
        self.location = location
        self.reference = reference
    }

    /// Understands what was given to `plugin:install`. Nothing is fetched.
    ///
    /// - Parameters:
    ///   - text: A URL, perhaps with `#reference` behind it, a path, or the name of a bundled plugin.
    ///   - reference: The same as `#reference`.
    ///   - directory: Where relative paths begin.
    /// - Throws: `E-PLUGIN-REFUSED` for what nothing is fetched from, `E-USAGE` for two references.
    public init(
        parsing text: String, reference: String?, directory: String, layout: PluginLayout
    ) throws(CairnError) {
        try Self.checkText(text)
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard reference == nil || parts.count == 1 else {
            throw CairnError(.usage, "Two references are given: #\(parts[1].excerpt()) and --committish")
        }
        let wanted = reference ?? (parts.count > 1 ? parts[1] : nil)
        if let wanted { try Self.checkReference(wanted) }
        let place = parts[0]
        if let kind = try Self.kindOfURL(place) {
            self.init(kind: kind, location: place, reference: wanted)
        } else if let name = try? PluginName(validating: place), FileSystem.isDirectory("\(layout.bundled)/\(name)") {
            self.init(kind: .bundled, location: place, reference: wanted)
        } else {
            let path = place.hasPrefix("/") ? place : directory + "/" + place
            guard let resolved = FileSystem.resolved(path) else { throw Self.unknown(text) }
            let kind: Kind = FileSystem.isDirectory(resolved) ? .directory : .archive
            self.init(kind: kind, location: resolved, reference: wanted)
        }
        guard wanted == nil || kind == .git else {
            throw CairnError(.usage, "Only a git repository has references: leave out '\((wanted ?? "").excerpt())'")
        }
    }

    /// The plugin's name when none was given: the last part of the location, without what it usually begins and ends with.
    public var usualName: String {
        var name = location.split(separator: "/").last.map(String.init) ?? location
        if let colon = name.lastIndex(of: ":") { name = String(name[name.index(after: colon)...]) }
        for ending in [".git", ".tar.gz", ".tgz", ".tar"] where name.hasSuffix(ending) {
            name = String(name.dropLast(ending.count))
        }
        for beginning in ["dokku-", "cairn-"] where name.hasPrefix(beginning) && name.count > beginning.count {
            name = String(name.dropFirst(beginning.count))
        }
        return name
    }

    /// What people read.
    public var description: String { location + (reference.map { "#" + $0 } ?? "") }

    private static func checkText(_ text: String) throws(CairnError) {
        guard !text.isEmpty, text.utf8.count <= 2_000 else { throw unknown(text) }
        guard !text.hasPrefix("-") else {
            throw refusal(text, "it begins with a dash, as an option of git would")
        }
        guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7f }) else {
            throw refusal(text, "it holds a blank or a control character")
        }
    }

    /// Nil for what is no URL.
    private static func kindOfURL(_ text: String) throws(CairnError) -> Kind? {
        let scheme = text.prefix { $0 != ":" && $0 != "/" }
        let rest = text.dropFirst(scheme.count)
        if rest.hasPrefix("::") {
            throw refusal(text, "'\(String(scheme).excerpt(20))::' would run a program to fetch it")
        }
        if rest.hasPrefix("://") {
            guard ["https", "http", "ssh", "git", "git+ssh", "file"].contains(scheme) else {
                throw refusal(text, "'\(String(scheme).excerpt(20))' is no protocol that plugins are fetched by")
            }
            return try kind(of: text, scheme: String(scheme), host: rest.dropFirst(3))
        }
        // git@example.com:plugins/name.git
        guard rest.hasPrefix(":"), !scheme.isEmpty, FileSystem.resolved(text) == nil else { return nil }
        try checkHost(scheme, of: text)
        return .git
    }

    private static func kind(of text: String, scheme: String, host: Substring) throws(CairnError) -> Kind {
        if scheme != "file" { try checkHost(host.prefix { $0 != "/" }, of: text) }
        let isArchive = [".tar.gz", ".tgz", ".tar"].contains { text.hasSuffix($0) }
        guard isArchive else { return .git }
        guard ["https", "http", "file"].contains(scheme) else {
            throw refusal(text, "archives are fetched by https, http or file")
        }
        return .archive
    }

    /// ssh takes a host that begins with a dash for an option.
    private static func checkHost(_ authority: Substring, of text: String) throws(CairnError) {
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard !host.isEmpty, !host.hasPrefix("-"), !authority.hasPrefix("-") else {
            throw refusal(text, "it names no host that could be asked")
        }
    }

    /// What git could take for an option or a range is none.
    static func checkReference(_ reference: String) throws(CairnError) {
        let isPlain = reference.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._/-+".utf8.contains(byte)
            }
        }
        guard isPlain, (1...200).contains(reference.utf8.count), !reference.hasPrefix("-"), !reference.contains("..")
        else {
            throw CairnError(
                .pluginRefused, "'\(reference.excerpt())' is no branch, tag or commit",
                hint: "Use letters, digits and ._/-+, as in v1.2.0.")
        }
    }

    private static func refusal(_ text: String, _ reason: String) -> CairnError {
        CairnError(
            .pluginRefused, "No plugin is fetched from '\(text.excerpt())': \(reason)",
            hint: "Use an address with https:, ssh: or git:, or a path on this host.")
    }

    private static func unknown(_ text: String) -> CairnError {
        CairnError(
            .pluginRefused, "'\(text.excerpt())' is no plugin's address, and no directory or archive on this host",
            hint: """
                The first argument is a URL that begins with https:, git, ssh: or file:, or ends with .tar.gz or .tgz; \
                a path; or the name of a plugin that comes with Cairn. Please retry with valid arguments
                """)
    }
}
