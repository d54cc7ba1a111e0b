import CairnCore

/// A pattern with wildcards, matched in time proportional to pattern and path: a pattern out of a source tree must not
/// be able to hold up a build by backtracking.
struct IgnoreGlob: Sendable {
    enum Token: Sendable {
        case literal(Unicode.Scalar)
        /// `*`: any run without a slash.
        case name
        /// `?`: one character but a slash.
        case one
        /// `**/` (and `**` before anything else): nothing, or any run that ends in a slash.
        case directories
        /// A trailing `**`.
        case everything
        case set(negated: Bool, [ClosedRange<Unicode.Scalar>])
    }

    let tokens: [Token]

    func matches(_ path: [Unicode.Scalar]) -> Bool {
        var states = [Bool](repeating: false, count: tokens.count + 1)
        arrive(at: 0, &states)
        for character in path {
            var next = [Bool](repeating: false, count: states.count)
            for (index, token) in tokens.enumerated() where states[index] {
                advance(index, token, character, &next)
            }
            states = next
        }
        return states[tokens.count]
    }

    /// Enters a state, and those behind it when its token may stand for nothing.
    private func arrive(at index: Int, _ states: inout [Bool]) {
        var index = index
        while true {
            states[index] = true
            guard index < tokens.count else { return }
            switch tokens[index] {
            case .name, .directories, .everything: index += 1
            case .literal, .one, .set: return
            }
        }
    }

    private func advance(_ index: Int, _ token: Token, _ character: Unicode.Scalar, _ next: inout [Bool]) {
        switch token {
        case .literal(let wanted):
            if character == wanted { arrive(at: index + 1, &next) }
        case .one:
            if character != "/" { arrive(at: index + 1, &next) }
        case .name:
            if character != "/" { arrive(at: index, &next) }
        case .everything:
            arrive(at: index, &next)
        case .directories:
            // Inside the run, only a slash leads on.
            next[index] = true
            if character == "/" { arrive(at: index + 1, &next) }
        case .set(let negated, let ranges):
            if ranges.contains(where: { $0.contains(character) }) != negated { arrive(at: index + 1, &next) }
        }
    }
}

/// Reads the text of a pattern, by the rules of Go's `filepath.Match` plus `**`.
struct IgnoreGlobParser {
    private let text: [Unicode.Scalar]
    private var index = 0
    private(set) var hasWildcards = false

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    /// - Throws: `SyntaxError` for an open bracket or a backslash at the end.
    mutating func parse() throws -> [IgnoreGlob.Token] {
        var tokens: [IgnoreGlob.Token] = []
        while let character = take() {
            switch character {
            case "*": tokens.append(star())
            case "?": tokens.append(wildcard(.one))
            case "[": tokens.append(wildcard(try set()))
            case "\\":
                guard let escaped = take() else { throw SyntaxError() }
                tokens.append(wildcard(.literal(escaped)))
            default: tokens.append(.literal(character))
            }
        }
        return tokens
    }

    struct SyntaxError: Error {}

    private mutating func take() -> Unicode.Scalar? {
        guard index < text.count else { return nil }
        defer { index += 1 }
        return text[index]
    }

    private var peek: Unicode.Scalar? { index < text.count ? text[index] : nil }

    private mutating func wildcard(_ token: IgnoreGlob.Token) -> IgnoreGlob.Token {
        hasWildcards = true
        return token
    }

    private mutating func star() -> IgnoreGlob.Token {
        guard peek == "*" else { return wildcard(.name) }
        index += 1
        if peek == "/" { index += 1 }
        return wildcard(peek == nil ? .everything : .directories)
    }

    /// `[a-z]`, `[^abc]`; a bracket needs at least one member, and `]` or `-` as members need a backslash.
    private mutating func set() throws -> IgnoreGlob.Token {
        let negated = peek == "^"
        if negated { index += 1 }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while peek != "]" || ranges.isEmpty {
            let low = try member()
            var high = low
            if peek == "-" {
                index += 1
                high = try member()
            }
            guard low <= high else { throw SyntaxError() }
            ranges.append(low...high)
        }
        index += 1
        return .set(negated: negated, ranges)
    }

    private mutating func member() throws -> Unicode.Scalar {
        guard let character = take(), character != "-", character != "]" else { throw SyntaxError() }
        guard character == "\\" else { return character }
        guard let escaped = take() else { throw SyntaxError() }
        return escaped
    }
}
