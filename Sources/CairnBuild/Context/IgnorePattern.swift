import CairnCore

/// One line of a `.dockerignore`.
///
/// The rules are those of github.com/moby/patternmatcher, which the Docker CLI, Compose and BuildKit share. They differ
/// from `.gitignore`: a pattern without a slash matches at the root only.
struct IgnorePattern: Sendable {
    private enum Rule: Sendable {
        case exact([UInt8])
        /// `build/**`
        case prefix([UInt8])
        /// `**/node_modules`, also without what `**` stands for.
        case suffix([UInt8])
        case glob(IgnoreGlob)
    }

    /// A line that begins with `!`: what it matches is sent after all.
    let isException: Bool
    /// The leading directories that are spelled out, without wildcards.
    let fixedDirectories: [ArraySlice<UInt8>]
    /// Whether the pattern has no wildcards at all.
    let isExact: Bool
    private let rule: Rule

    /// Reads a cleaned pattern, without the `!`. Throws `IgnoreGlobParser.SyntaxError`.
    init(_ text: String, isException: Bool) throws {
        self.isException = isException
        var parser = IgnoreGlobParser(text)
        let tokens = try parser.parse()
        isExact = !parser.hasWildcards
        rule = Self.rule(text, tokens, hasWildcards: parser.hasWildcards)
        let parts = Array(text.utf8).split(separator: UInt8(ascii: "/"))
        fixedDirectories = Array(parts.prefix { !$0.contains(where: Self.isSpecial) })
    }

    private static func isSpecial(_ byte: UInt8) -> Bool { "*?[\\".utf8.contains(byte) }

    /// A pattern that has its only wildcard at one end is compared as text. For a leading `**` this is more than speed:
    /// `**foo` matches `xfoo`, which `**foo*` would not.
    private static func rule(_ text: String, _ tokens: [IgnoreGlob.Token], hasWildcards: Bool) -> Rule {
        guard hasWildcards else { return .exact(Array(text.utf8)) }
        let wildcards = tokens.indices.filter { if case .literal = tokens[$0] { false } else { true } }
        let isPlain = wildcards.count == 1 && !text.unicodeScalars.contains("\\")
        if isPlain, wildcards == [0], text.hasPrefix("**") { return .suffix(Array(text.utf8.dropFirst(2))) }
        if isPlain, wildcards == [tokens.count - 1], text.hasSuffix("**") {
            return .prefix(Array(text.utf8.dropLast(2)))
        }
        return .glob(IgnoreGlob(tokens: tokens))
    }

    /// Whether the pattern matches this very path. What is below a matched directory is the caller's business.
    func matches(_ path: ArraySlice<UInt8>) -> Bool {
        switch rule {
        case .exact(let wanted): path.elementsEqual(wanted)
        case .prefix(let start): path.starts(with: start)
        case .suffix(let end):
            path.suffix(end.count).elementsEqual(end)
                || (end.first == UInt8(ascii: "/") && path.elementsEqual(end.dropFirst()))
        case .glob(let glob): glob.matches(Array(String(decoding: path, as: UTF8.self).unicodeScalars))
        }
    }

    /// Whether the pattern might match something below the directory; `true` when in doubt.
    func mayMatch(below directory: [UInt8]) -> Bool {
        let parts = directory.split(separator: UInt8(ascii: "/"))
        let agrees = zip(parts, fixedDirectories).allSatisfy { $0.elementsEqual($1) }
        return agrees && !(isExact && fixedDirectories.count <= parts.count)
    }
}
