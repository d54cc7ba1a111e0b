import ArgumentParser
import CairnCore
import CairnPlugins

/// The pages of `help`: the namespaces, the commands of one, and all there are.
struct HelpText {
    let output: Output

    /// `cairn help`
    func showNamespaces() {
        output.line("Usage: cairn [--quiet] [--trace] [--force] [--app APP] COMMAND [ARGUMENT...]")
        output.line("")
        list(commands(of: .standard))
        output.line("")
        output.line("Groups of commands; 'cairn help GROUP' shows one, 'cairn help --all' shows everything:")
        let groups = CommandTable.namespaces.filter { !$0.isHidden && $0.name != Namespace.standard.name }
        list(groups.map { ($0.name, $0.purpose) }.sorted { $0.0 < $1.0 })
    }

    /// `cairn help --all`
    func showAll() {
        for (index, namespace) in CommandTable.namespaces.filter({ !$0.isHidden }).enumerated() {
            if index > 0 { output.line("") }
            output.line("\(namespace.name): \(namespace.purpose)")
            list(commands(of: namespace))
        }
    }

    /// Below the rest of `help`.
    func show(ofPlugins lines: [PluginHelp.Line]) {
        if lines.isEmpty { return }
        output.line("")
        output.line("Commands of plugins; 'cairn help --all' shows all of them:")
        list(lines.map { ($0.command, $0.text) })
    }

    /// `cairn apps:help`, `cairn help apps`
    func show(_ namespace: Namespace) {
        output.line("\(namespace.name): \(namespace.purpose)")
        output.line("")
        list(commands(of: namespace))
        output.line("")
        output.line("'cairn help COMMAND' shows what a command takes.")
    }

    /// The page of one command.
    func text(of type: any CairnCommand.Type) -> String { type.helpMessage(columns: 100) }

    private func commands(of namespace: Namespace) -> [(String, String)] {
        namespace.commands.map { $0.configuration }.filter(\.shouldDisplay).map { configuration in
            let names = [configuration.commandName ?? ""] + configuration.aliases
            return (names.joined(separator: ", "), configuration.abstract)
        }
    }

    /// Names in a column, and what they do beside them.
    private func list(_ entries: [(name: String, text: String)]) {
        let width = entries.map(\.name.count).max() ?? 0
        for entry in entries {
            output.line("    " + (entry.text.isEmpty ? entry.name : entry.name.padded(to: width) + "  " + entry.text))
        }
    }
}
