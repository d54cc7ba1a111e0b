import CairnCore

/// Reads `not` before `and` before `or`, with parentheses.
struct FilterParser {
    /// The most parentheses and `not`s inside each other.
    private static let maximumDepth = 32

    private var tokens: ArraySlice<FilterToken>
    private var depth = 0

    init(_ text: String) throws(FilterError) { tokens = try FilterToken.all(in: text)[...] }

    mutating func filter() throws(FilterError) -> Filter {
        let filter = try disjunction()
        if let token = tokens.first { throw FilterError("unexpected \(token.text)") }
        return filter
    }

    private mutating func disjunction() throws(FilterError) -> Filter {
        var filter = try conjunction()
        while take("or") { filter = .or(filter, try conjunction()) }
        return filter
    }

    private mutating func conjunction() throws(FilterError) -> Filter {
        var filter = try negation()
        while take("and") { filter = .and(filter, try negation()) }
        return filter
    }

    private mutating func negation() throws(FilterError) -> Filter {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw FilterError("the expression is nested too deeply") }
        if take("not") { return .not(try negation()) }
        guard tokens.first == .open else { return try term() }
        tokens.removeFirst()
        let filter = try disjunction()
        guard tokens.popFirst() == .close else { throw FilterError("a closing parenthesis is missing") }
        return filter
    }

    private mutating func term() throws(FilterError) -> Filter {
        let left = try operand()
        switch tokens.popFirst() {
        case .equal: return .term(Filter.Term(path: try path(left), test: .equals(try operand().value)))
        case .notEqual: return .not(.term(Filter.Term(path: try path(left), test: .equals(try operand().value))))
        case .word("is", _):
            let isNot = take("not")
            guard take("empty") else { throw FilterError("\"empty\" is missing after \"is\"") }
            let filter = Filter.term(Filter.Term(path: try path(left), test: .isEmpty))
            return isNot ? .not(filter) : filter
        case .word("not", _): return .not(try relation(left, tokens.popFirst()))
        case let token: return try relation(left, token)
        }
    }

    private mutating func relation(_ left: FilterToken, _ token: FilterToken?) throws(FilterError) -> Filter {
        switch token {
        case .word("in", _):
            return .term(Filter.Term(path: try path(try operand()), test: .contains(left.value)))
        case .word("contains", _):
            return .term(Filter.Term(path: try path(left), test: .contains(try operand().value)))
        case .word("matches", _):
            return .term(Filter.Term(path: try path(left), test: .matches(try Pattern(parsing: try operand().value))))
        case let token?: throw FilterError("an operator is expected before \(token.text)")
        case nil: throw FilterError("the expression ends too early")
        }
    }

    private mutating func operand() throws(FilterError) -> FilterToken {
        switch tokens.popFirst() {
        case let token? where token.isOperand: return token
        case let token?: throw FilterError("a selector or value is expected instead of \(token.text)")
        case nil: throw FilterError("the expression ends too early")
        }
    }

    private func path(_ token: FilterToken) throws(FilterError) -> [String] {
        guard case .word(_, let path) = token else {
            throw FilterError("a selector is expected instead of \(token.text)")
        }
        return path
    }

    private mutating func take(_ word: String) -> Bool {
        guard case .word(word, _)? = tokens.first else { return false }
        tokens.removeFirst()
        return true
    }
}
