import CairnCore

/// A piece of a template: text that is copied, or an action between `{{` and `}}`.
indirect enum TemplateNode: Sendable {
    case text(String)
    /// The value is written.
    case output(TemplatePipeline)
    /// `$name := …` and, for a variable that is there already, `$name = …`.
    case assign(name: String, isNew: Bool, TemplatePipeline)
    /// `if`: one or the other, by the truth of a value.
    case branch(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    /// `with`: like `if`, and the value becomes the dot.
    case with(variable: String?, TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    /// `range`: once for each element, which becomes the dot.
    case range(variables: [String], TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
}

/// Commands of which each gets the value of the one before as its last argument.
struct TemplatePipeline: Sendable {
    var commands: [TemplateCommand]
}

/// A value, or a call of a function with arguments.
struct TemplateCommand: Sendable {
    enum Head: Sendable {
        case value(TemplateOperand)
        case call(TemplateFunction, [TemplateOperand])
    }

    var head: Head
}

/// Something that has a value: where it starts, and the fields from there on.
struct TemplateOperand: Sendable {
    indirect enum Base: Sendable {
        /// The value that the template, or the `range` or `with` around, is about.
        case dot
        /// The value that the whole template is about.
        case root
        case variable(String)
        case literal(JSONValue)
        /// Parentheses, or a function without arguments.
        case pipeline(TemplatePipeline)
    }

    var base: Base
    var path: [String] = []
}

/// What stands between the braces, cut into words.
enum TemplateToken: Sendable, Equatable {
    case dot
    /// `.Name`
    case field(String)
    /// `$name`; empty for `$`.
    case variable(String)
    case word(String)
    case string(String)
    case number(JSONValue)
    case pipe, open, close, comma, declare, assign
}
