import ArgumentParser
import CairnPlugins

/// Prints the part of docs/plugins.md that is made from the code.
struct InternalTriggerTable: HostlessCommand {
    static let configuration = CommandConfiguration.cairn(
        "internal:trigger-table", "Print all triggers as Markdown.", isHidden: true)

    func run(output: Output) { output.line(TriggerTable.markdown) }
}
