import CairnCore

/// A setting of a namespace: one row of a table that `<namespace>:set` and `<namespace>:report` are made from.
struct PropertyDefinition: Sendable {
    /// Where the setting may be set.
    enum Reach: Sendable { case app, global, both }

    let key: String
    let reach: Reach
    /// What holds when it is not set anywhere.
    let standard: String
    let kind: PropertyKind

    init(_ key: String, _ reach: Reach, standard: String = "", _ kind: PropertyKind) {
        self.key = key
        self.reach = reach
        self.standard = standard
        self.kind = kind
    }

    /// A setting that can be set for an app and for the host.
    init(_ key: String, standard: String = "", _ kind: PropertyKind) {
        self.init(key, .both, standard: standard, kind)
    }

    /// The value in the form it is stored in.
    ///
    /// - Throws: `E-INVALID-VALUE`, which says what the setting may hold.
    func normalized(_ value: String) throws -> String {
        do { return try kind.normalize(value) } catch let error as CairnError {
            throw error
        } catch is PropertyKind.Mismatch {
            throw CairnError(
                .invalidValue, "Invalid value for \(key): '\(value.excerpt())'", hint: "\(key) is \(kind.expectation).")
        }
    }
}

/// What a setting may hold.
struct PropertyKind: Sendable {
    /// Thrown by `normalize` when the value does not fit `expectation`.
    struct Mismatch: Error {}

    /// Completes "deploy-branch is …".
    let expectation: String
    let normalize: @Sendable (String) throws -> String

    /// Any text on one line.
    static let text = PropertyKind(expectation: "one line of text without control characters") { value in
        guard value.utf8.count <= 4096, !value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
            throw Mismatch()
        }
        return value
    }

    static let flag = PropertyKind(expectation: "true or false") { value in
        switch value.lowercased() {
        case "true", "yes", "on", "1": return "true"
        case "false", "no", "off", "0": return "false"
        default: throw Mismatch()
        }
    }

    /// A path inside the source tree.
    static let path = PropertyKind(expectation: "a path inside the source tree") { value in
        try RelativePath(validating: value).rawValue
    }

    /// The name of a git branch (git-check-ref-format(1)), or all of its reference.
    static let branch = PropertyKind(expectation: "the name of a branch, such as 'main'") { value in
        let name = value.hasPrefix("refs/heads/") ? String(value.dropFirst("refs/heads/".count)) : value
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isValid =
            name.utf8.count <= 200 && !name.hasPrefix("-") && !name.hasSuffix(".") && name != "@"
            && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") }
            && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && !"~^:?*[\\".utf8.contains($0) }
            && name.firstRange(of: "..") == nil && name.firstRange(of: "@{") == nil
        guard isValid else { throw Mismatch() }
        return name
    }

    static let port = whole(1...65535)

    static func whole(_ range: ClosedRange<Int>) -> PropertyKind {
        PropertyKind(expectation: "a whole number from \(range.lowerBound) to \(range.upperBound)") { value in
            guard value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value), range.contains(number)
            else { throw Mismatch() }
            return String(number)
        }
    }

    static func oneOf(_ words: String...) -> PropertyKind {
        PropertyKind(expectation: "one of \(words.joined(separator: ", "))") { value in
            guard words.contains(value) else { throw Mismatch() }
            return value
        }
    }

    /// Values that a type of another module checks.
    static func checked(_ expectation: String, by check: @escaping @Sendable (String) throws -> String) -> PropertyKind
    {
        PropertyKind(expectation: expectation, normalize: check)
    }
}
