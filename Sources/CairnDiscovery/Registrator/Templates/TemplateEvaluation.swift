import CairnCore

/// One rendering of a template.
struct TemplateEvaluation {
    private(set) var output = ""
    private let root: JSONValue
    private var variables: [(name: String, value: JSONValue)] = []
    private var steps = 0
    private var length = 0

    // A container chooses how many labels and variables there are, and with them how long a `range` lasts.
    private static let maximumSteps = 10_000
    private static let maximumLength = 16_384

    init(root: JSONValue) { self.root = root }

    mutating func run(_ nodes: [TemplateNode], dot: JSONValue) throws(CairnError) {
        let known = variables.count
        defer { variables.removeLast(variables.count - known) }
        for node in nodes {
            try step()
            switch node {
            case .text(let text): try write(text)
            case .output(let pipeline): try write(try value(of: pipeline, dot: dot).templateText)
            case .assign(let name, let isNew, let pipeline):
                try assign(name, isNew: isNew, try value(of: pipeline, dot: dot))
            case .branch(let condition, let then, let otherwise):
                try run(try value(of: condition, dot: dot).isTrue ? then : otherwise, dot: dot)
            case .with(let variable, let pipeline, let then, let otherwise):
                try with(variable, try value(of: pipeline, dot: dot), then, otherwise, dot: dot)
            case .range(let names, let pipeline, let body, let otherwise):
                try range(names, over: try value(of: pipeline, dot: dot), body, otherwise, dot: dot)
            }
        }
    }

    private mutating func with(
        _ variable: String?, _ value: JSONValue, _ then: [TemplateNode], _ otherwise: [TemplateNode], dot: JSONValue
    ) throws(CairnError) {
        let known = variables.count
        defer { variables.removeLast(variables.count - known) }
        if let variable { variables.append((variable, value)) }
        try value.isTrue ? run(then, dot: value) : run(otherwise, dot: dot)
    }

    private mutating func range(
        _ names: [String], over value: JSONValue, _ body: [TemplateNode], _ otherwise: [TemplateNode], dot: JSONValue
    ) throws(CairnError) {
        let elements: [(key: JSONValue, value: JSONValue)]
        switch value {
        case .array(let array): elements = array.enumerated().map { (.integer($0), $1) }
        case .object(let members): elements = members.sorted { $0.key < $1.key }.map { (.string($0.key), $0.value) }
        case .null: elements = []
        default: throw Self.error("'range' needs a list, not '\(value.templateText.excerpt())'")
        }
        if elements.isEmpty { return try run(otherwise, dot: dot) }
        for element in elements {
            let known = variables.count
            defer { variables.removeLast(variables.count - known) }
            if names.count == 2 { variables.append((names[0], element.key)) }
            if let name = names.last { variables.append((name, element.value)) }
            try run(body, dot: element.value)
        }
    }

    private mutating func assign(_ name: String, isNew: Bool, _ value: JSONValue) throws(CairnError) {
        if isNew {
            variables.append((name, value))
        } else if let index = variables.lastIndex(where: { $0.name == name }) {
            variables[index].value = value
        }
    }

    // MARK: Values

    private mutating func value(of pipeline: TemplatePipeline, dot: JSONValue) throws(CairnError) -> JSONValue {
        var piped: JSONValue?
        for command in pipeline.commands {
            try step()
            switch command.head {
            case .value(let operand): piped = try value(of: operand, dot: dot)
            case .call(let function, let operands):
                var arguments: [JSONValue] = []
                for operand in operands { arguments.append(try value(of: operand, dot: dot)) }
                if let piped { arguments.append(piped) }
                piped = try function.call(arguments)
            }
        }
        return piped ?? .null
    }

    private mutating func value(of operand: TemplateOperand, dot: JSONValue) throws(CairnError) -> JSONValue {
        var value: JSONValue
        switch operand.base {
        case .dot: value = dot
        case .root: value = root
        case .variable(let name): value = variables.last { $0.name == name }?.value ?? .null
        case .literal(let literal): value = literal
        case .pipeline(let pipeline): value = try self.value(of: pipeline, dot: dot)
        }
        for field in operand.path { value = value.field(field) }
        return value
    }

    // MARK: Limits

    private mutating func step() throws(CairnError) {
        steps += 1
        if steps > Self.maximumSteps { throw Self.error("it takes more than \(Self.maximumSteps) steps") }
    }

    private mutating func write(_ text: String) throws(CairnError) {
        length += text.unicodeScalars.count
        if length > Self.maximumLength { throw Self.error("it gives more than \(Self.maximumLength) characters") }
        output += text
    }

    static func error(_ problem: String) -> CairnError {
        CairnError(
            .invalidValue, "the template for tags cannot be used for this container: \(problem)",
            hint: "Guard it with '{{if …}}', or change what the container says.")
    }
}

extension JSONValue {
    /// The member of an object. Go's names for the engine's fields differ from JSON's in the case of letters (`ID`,
    /// `Id`), so that counts only when there is a choice.
    func field(_ name: String) -> JSONValue {
        guard case .object(let members) = self else { return .null }
        if let value = members[name] { return value }
        let lowered = name.lowercased()
        return members.keys.sorted().first { $0.lowercased() == lowered }.flatMap { members[$0] } ?? .null
    }

    var isTrue: Bool {
        switch self {
        case .null: false
        case .bool(let flag): flag
        case .integer(let number): number != 0
        case .double(let number): number != 0
        case .string(let text): !text.isEmpty
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        }
    }

    /// As Go prints it with `%v`; what is not there is empty.
    var templateText: String {
        switch self {
        case .null: ""
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .double(let number): String(number)
        case .string(let text): text
        case .array(let elements): "[" + elements.map(\.templateText).joined(separator: " ") + "]"
        case .object(let members):
            "map["
                + members.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.templateText)" }
                .joined(separator: " ") + "]"
        }
    }
}
