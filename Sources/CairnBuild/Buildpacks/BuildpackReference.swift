public import CairnCore

/// Where a buildpack comes from, as people write it.
public enum BuildpackReference: Sendable, Hashable, CustomStringConvertible {
    /// One that comes with Cairn: `python`, or `cairn/python` where a list also holds others.
    case bundled(String)
    /// A git repository; without a revision what its HEAD is.
    case git(url: String, revision: String?)
    /// A `.tgz` on a web server.
    case archive(url: String)

    /// Reads a name, a shorthand `org/name` (which stands for `https://github.com/org/heroku-buildpack-name`) or a URL of a
    /// git repository or of an archive. A `#` begins a branch, a tag or a commit.
    ///
    /// - Throws: `E-INVALID-VALUE`.
    public init(parsing text: String) throws(CairnError) {
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (place, revision) = (parts.first ?? "", parts.count > 1 ? parts[1] : nil)
        if let revision, !Self.isRevision(revision) {
            throw Self.invalid(text, "'\(revision.visible)' is neither a branch, nor a tag, nor a commit")
        }
        if Self.isName(place), revision == nil {
            self = .bundled(place)
        } else if let (organisation, name) = Self.shorthand(place) {
            if organisation == "cairn" {
                guard revision == nil else { throw Self.invalid(text, "a bundled buildpack has no revisions") }
                self = .bundled(name)
            } else {
                let owner = organisation == "heroku-community" ? "heroku" : organisation
                self = .git(url: "https://github.com/\(owner)/heroku-buildpack-\(name).git", revision: revision)
            }
        } else {
            if let reason = RemotePolicy().objection(to: place) { throw Self.invalid(text, "it \(reason)") }
            let isArchive = place.hasPrefix("http") && (place.hasSuffix(".tgz") || place.hasSuffix(".tar.gz"))
            self = isArchive && revision == nil ? .archive(url: place) : .git(url: place, revision: revision)
        }
    }

    /// The form that is stored and shown; reading it again gives the same.
    public var description: String {
        switch self {
        case .bundled(let name): "cairn/\(name)"
        case .git(let url, let revision): revision.map { "\(url)#\($0)" } ?? url
        case .archive(let url): url
        }
    }

    private static func isName(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && text.first != "-"
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }

    private static func shorthand(_ text: String) -> (String, String)? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && part.first != "-" && part.unicodeScalars.allSatisfy { $0.isWord || $0 == "-" }
        }
        return parts.count == 2 && isPlain ? (String(parts[0]), String(parts[1])) : nil
    }

    /// A stricter form of git-check-ref-format(1): what goes beyond it is no name that anybody uses.
    private static func isRevision(_ text: String) -> Bool {
        (1...200).contains(text.utf8.count) && text.first != "-" && text.first != "/" && !text.contains("..")
            && text.unicodeScalars.allSatisfy { $0.isWord || "-./+".unicodeScalars.contains($0) }
    }

    private static func invalid(_ text: String, _ reason: String) -> CairnError {
        CairnError(
            .invalidValue, "Invalid buildpack specified: \(text.excerpt()): \(reason)",
            hint: """
                Give the name of a bundled one (python), a shorthand (heroku/nodejs), or the URL of a git repository or \
                of a .tgz: https://example.com/buildpack.git#v1.
                """)
    }
}

extension Unicode.Scalar {
    fileprivate var isWord: Bool {
        isASCII && (properties.isAlphabetic || properties.numericType != nil || self == "_")
    }
}
