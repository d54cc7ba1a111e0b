/// The trigger table as the documentation shows it.
public enum TriggerTable {
    /// A table in Markdown for each group.
    public static var markdown: String {
        Trigger.table.map { group in
            let rows = group.triggers.sorted { $0.name < $1.name }.map(row)
            return
                ([
                    "### \(group.title)", "", "| trigger | class | arguments | when, and what for | standard output |",
                    "|---|---|---|---|---|",
                ] + rows).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private static func row(_ trigger: Trigger) -> String {
        let cells = [
            "`\(trigger.name)`", trigger.origin == .work ? trigger.class.rawValue : trigger.origin.rawValue,
            code(trigger.arguments), escaped(trigger.summary),
            escaped(trigger.answer.isEmpty ? "shown" : trigger.answer),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private static func code(_ text: String) -> String { text.isEmpty ? "" : "`" + escaped(text) + "`" }

    /// A bar ends a cell, even in code.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
