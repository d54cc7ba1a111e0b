import ArgumentParser
import CairnCore

struct Help: HostlessCommand {
    static let configuration = CommandConfiguration.cairn("help", "Show what commands there are, or one of them.")

    @Flag(name: .customLong("all"), help: "Show every command.")
    var isComplete = false

    @Argument(help: "A group of commands, or a command.")
    var topic: String?

    func run(output: Output) throws {
        let help = HelpText(output: output)
        guard let topic else { return isComplete ? help.showAll() : help.showNamespaces() }
        if let namespace = CommandTable.namespace(topic), namespace.commands.count > 1 { return help.show(namespace) }
        switch CommandTable.meaning(of: topic) {
        case .command(let type): output.line(help.text(of: type))
        case .help(let namespace): help.show(namespace)
        case .unknown: throw CommandTable.unknown(topic)
        }
    }
}
