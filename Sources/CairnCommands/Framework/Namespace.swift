import ArgumentParser

/// The commands that share a first word: `apps:create`, `apps:list`.
struct Namespace: Sendable {
    let name: String
    /// One line for the help.
    let purpose: String
    private let makeCommands: @Sendable () -> [any CairnCommand.Type]
    private let makeBare: @Sendable () -> (any CairnCommand.Type)?
    /// Left out of the help.
    let isHidden: Bool

    init(
        _ name: String, _ purpose: String, bare: @autoclosure @escaping @Sendable () -> (any CairnCommand.Type)? = nil,
        isHidden: Bool = false, _ commands: @autoclosure @escaping @Sendable () -> [any CairnCommand.Type]
    ) {
        self.name = name
        self.purpose = purpose
        // Naming a type makes the runtime look up what it conforms to, which for all commands together takes longer than
        // most of them run: only the namespace that is called is looked at.
        makeCommands = commands
        makeBare = bare
        self.isHidden = isHidden
    }

    var commands: [any CairnCommand.Type] { makeCommands() }
    /// What the bare word runs; nil prints the namespace's help.
    var bare: (any CairnCommand.Type)? { makeBare() }

    func command(_ word: String) -> (any CairnCommand.Type)? {
        commands.first { command in
            let configuration = command.configuration
            return configuration.commandName == word || configuration.aliases.contains(word)
        }
    }
}
