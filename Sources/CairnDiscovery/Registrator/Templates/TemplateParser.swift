import CairnCore

/// Makes a tree of a template's pieces, and refuses what could never be rendered.
struct TemplateParser {
    private let pieces: [TemplateSplitter.Piece]
    private var next = 0
    private var depth = 0
    /// The variables that are known at this place; `$` alone is the root.
    private var variables: [String] = []

    static let maximumDepth = 16

    init(_ text: String) throws(CairnError) {
        var splitter = TemplateSplitter(text)
        pieces = try splitter.pieces()
    }

    mutating func document() throws(CairnError) -> [TemplateNode] {
        let (nodes, end) = try list()
        if let end { throw TagTemplate.error("'\(end.word)' stands alone", at: end.at) }
        return nodes
    }

    /// What ends a list: `end`, or `else` with what follows it.
    private struct End {
        var word: String
        var rest: TemplateActionReader
        var at: Int
    }

    private mutating func list() throws(CairnError) -> ([TemplateNode], End?) {
        var nodes: [TemplateNode] = []
        while next < pieces.count {
            let piece = pieces[next]
            next += 1
            switch piece {
            case .text(let text): nodes.append(.text(text))
            case .action(let scalars, let at):
                var lexer = TemplateLexer(scalars, at: at)
                var reader = TemplateActionReader(try lexer.lexemes(), at: at, variables: variables)
                if let word = reader.takeWord(of: ["end", "else"]) {
                    return (nodes, End(word: word, rest: reader, at: at))
                }
                nodes.append(try node(&reader, at: at))
            }
        }
        return (nodes, nil)
    }

    private mutating func node(_ reader: inout TemplateActionReader, at: Int) throws(CairnError) -> TemplateNode {
        if let word = reader.takeWord(of: ["if", "with", "range"]) { return try block(word, &reader, at: at) }
        if let assignment = try reader.assignment(allowsSecond: false) {
            let pipeline = try reader.pipelineToEnd()
            if assignment.isNew { variables.append(assignment.names[0]) }
            return .assign(name: assignment.names[0], isNew: assignment.isNew, pipeline)
        }
        return .output(try reader.pipelineToEnd())
    }

    private mutating func block(
        _ word: String, _ reader: inout TemplateActionReader, at: Int
    ) throws(CairnError) -> TemplateNode {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw TagTemplate.error("blocks are nested deeper than \(Self.maximumDepth) levels", at: at)
        }
        let known = variables
        let assignment = word == "if" ? nil : try reader.assignment(allowsSecond: word == "range")
        let pipeline = try reader.pipelineToEnd()
        variables += assignment?.names ?? []
        let (body, end) = try list()
        variables = known
        let otherwise = try otherwise(after: end, opening: word, at: at)
        depth -= 1
        switch word {
        case "if": return .branch(pipeline, then: body, otherwise: otherwise)
        case "with": return .with(variable: assignment?.names.first, pipeline, then: body, otherwise: otherwise)
        default: return .range(variables: assignment?.names ?? [], pipeline, body: body, otherwise: otherwise)
        }
    }

    private mutating func otherwise(after end: End?, opening: String, at: Int) throws(CairnError) -> [TemplateNode] {
        guard var end else { throw TagTemplate.error("'\(opening)' has no 'end'", at: at) }
        let known = variables
        defer { variables = known }
        guard end.word == "else" else {
            try end.rest.expectEnd()
            return []
        }
        // `else if` is an `if` inside the `else`, and both are closed by the same `end`.
        if let word = end.rest.takeWord(of: ["if", "with"]) { return [try block(word, &end.rest, at: end.at)] }
        try end.rest.expectEnd()
        let (nodes, last) = try list()
        guard let last, last.word == "end" else { throw TagTemplate.error("'\(opening)' has no 'end'", at: at) }
        try last.rest.expectEnd()
        return nodes
    }
}
