import CairnCore

/// Reads what stands between one pair of braces.
struct TemplateActionReader {
    private let lexemes: [TemplateLexer.Lexeme]
    private let origin: Int
    private let variables: [String]
    private var next = 0
    private var depth = 0

    init(_ lexemes: [TemplateLexer.Lexeme], at origin: Int, variables: [String]) {
        self.lexemes = lexemes
        self.origin = origin
        self.variables = variables
    }

    private var token: TemplateToken? { next < lexemes.count ? lexemes[next].token : nil }

    private mutating func take(_ wanted: TemplateToken) -> Bool {
        guard token == wanted else { return false }
        next += 1
        return true
    }

    /// Takes the next word if it is one of these.
    mutating func takeWord(of words: [String]) -> String? {
        guard case .word(let word) = token, words.contains(word) else { return nil }
        next += 1
        return word
    }

    func expectEnd() throws(CairnError) {
        if token != nil { throw error("there is more than can be understood here") }
    }

    /// `$a :=`, `$a =` or, for range, `$a, $b :=`; nil when the action begins otherwise.
    mutating func assignment(allowsSecond: Bool) throws(CairnError) -> (names: [String], isNew: Bool)? {
        let start = next
        guard case .variable(let name) = token, !name.isEmpty else { return nil }
        next += 1
        var names = [name]
        if allowsSecond, take(.comma) {
            guard case .variable(let second) = token, !second.isEmpty else { throw error("a variable must follow ','") }
            next += 1
            names.append(second)
        }
        if take(.declare) { return (names, true) }
        if !allowsSecond, take(.assign) {
            guard variables.contains(name) else { throw error("the variable '$\(name.excerpt())' is not known") }
            return (names, false)
        }
        next = start
        return nil
    }

    mutating func pipelineToEnd() throws(CairnError) -> TemplatePipeline {
        let pipeline = try pipeline()
        try expectEnd()
        return pipeline
    }

    private mutating func pipeline() throws(CairnError) -> TemplatePipeline {
        depth += 1
        defer { depth -= 1 }
        guard depth <= TemplateParser.maximumDepth else { throw error("parentheses are nested too deep") }
        var commands: [TemplateCommand] = []
        repeat { commands.append(try command(isPiped: !commands.isEmpty)) } while take(.pipe)
        return TemplatePipeline(commands: commands)
    }

    private mutating func command(isPiped: Bool) throws(CairnError) -> TemplateCommand {
        if case .word(let word) = token, !Self.constants.keys.contains(word) {
            let function = try function(word)
            next += 1
            var arguments: [TemplateOperand] = []
            while startsOperand { arguments.append(try operand()) }
            try check(function, arguments, isPiped: isPiped)
            return TemplateCommand(head: .call(function, arguments))
        }
        guard startsOperand else { throw error("a value or a function is missing") }
        let value = try operand()
        guard !startsOperand, !isPiped else { throw error("only a function can have arguments") }
        return TemplateCommand(head: .value(value))
    }

    private func check(
        _ function: TemplateFunction, _ arguments: [TemplateOperand], isPiped: Bool
    ) throws(CairnError) {
        let count = arguments.count + (isPiped ? 1 : 0)
        guard function.argumentCount.contains(count) else {
            throw error("'\(function.rawValue)' is given \(count) arguments; \(function.usage)")
        }
        guard function.takesPattern, case .literal(.string(let pattern)) = arguments.first?.base else { return }
        do { _ = try TemplateFunction.pattern(pattern) } catch { throw self.error(error.message) }
    }

    private static let constants: [String: JSONValue] = ["true": true, "false": false, "nil": nil]

    private var startsOperand: Bool {
        switch token {
        case .dot, .field, .variable, .word, .string, .number, .open: true
        default: false
        }
    }

    private mutating func operand() throws(CairnError) -> TemplateOperand {
        guard let token else { throw error("a value is missing") }
        var operand: TemplateOperand
        next += 1
        switch token {
        case .dot: operand = TemplateOperand(base: .dot)
        case .field(let name): operand = TemplateOperand(base: .dot, path: [name])
        case .variable(""): operand = TemplateOperand(base: .root)
        case .variable(let name):
            guard variables.contains(name) else { throw error("the variable '$\(name.excerpt())' is not known") }
            operand = TemplateOperand(base: .variable(name))
        case .string(let text): operand = TemplateOperand(base: .literal(.string(text)))
        case .number(let number): operand = TemplateOperand(base: .literal(number))
        case .word(let word):
            if let constant = Self.constants[word] { return TemplateOperand(base: .literal(constant)) }
            let function = try function(word)
            try check(function, [], isPiped: false)
            let call = TemplatePipeline(commands: [TemplateCommand(head: .call(function, []))])
            operand = TemplateOperand(base: .pipeline(call))
        case .open:
            operand = TemplateOperand(base: .pipeline(try pipeline()))
            guard take(.close) else { throw error("')' is missing") }
        case .pipe, .close, .comma, .declare, .assign: throw error("a value is missing")
        }
        while case .field(let name) = self.token, lexemes[next].isAttached {
            operand.path.append(name)
            next += 1
        }
        return operand
    }

    private func function(_ name: String) throws(CairnError) -> TemplateFunction {
        if let function = TemplateFunction(rawValue: name) { return function }
        if name == "httpGet" {
            throw error("'httpGet' is refused: a template makes no requests, it only reads what the engine says")
        }
        throw error("'\(name.excerpt())' is not a function")
    }

    private func error(_ problem: String) -> CairnError {
        TagTemplate.error(problem, at: next < lexemes.count ? lexemes[next].position : origin)
    }
}
