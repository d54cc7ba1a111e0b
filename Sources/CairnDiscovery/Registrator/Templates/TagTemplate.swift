public import CairnCore

/// A template for tags that every service gets, in the language of Go's text/template
/// (<https://pkg.go.dev/text/template>), over what the engine says of a container.
///
/// There are fields, variables, pipelines, `if`, `with`, `range`, the functions of the language for comparing, indexing
/// and printing, and those that Registrator adds; nothing that reads files or makes requests. It is parsed once, so
/// that a broken one is known when it is set.
public struct TagTemplate: Sendable, Equatable {
    /// The template as it was written.
    public let text: String
    private let nodes: [TemplateNode]

    static let maximumLength = 8192

    /// - Throws: `E-INVALID-VALUE` with the place of the mistake, counted in characters from 1.
    public init(parsing text: String) throws(CairnError) {
        guard text.unicodeScalars.count <= Self.maximumLength else {
            throw Self.error("it has more than \(Self.maximumLength) characters", at: 0)
        }
        var parser = try TemplateParser(text)
        self.text = text
        nodes = try parser.document()
    }

    /// The text for a container.
    ///
    /// A field that is not there is empty: the engine leaves out much that has no value.
    /// - Parameter document: The engine's answer for the container, `GET /containers/{id}/json`.
    /// - Throws: `E-INVALID-VALUE` for what cannot be done with the values at hand, such as the fifth of two elements.
    public func render(_ document: JSONValue) throws(CairnError) -> String {
        var evaluation = TemplateEvaluation(root: document)
        try evaluation.run(nodes, dot: document)
        return evaluation.output
    }

    /// Whether both were written the same.
    public static func == (left: Self, right: Self) -> Bool { left.text == right.text }

    static func error(_ problem: String, at position: Int) -> CairnError {
        CairnError(
            .invalidValue, "the template for tags, character \(position + 1): \(problem)",
            hint: "It is written as Go's text/template, such as '{{.Config.Hostname}}'.")
    }
}
