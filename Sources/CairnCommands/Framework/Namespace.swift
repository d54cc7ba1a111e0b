import ArgumentParser

/// The commands that share a first word: `apps:create`, `apps:list`.
struct Namespace: Sendable {
    let name: String
    /// One line for the help.
    let purpose: String
    let commands: [any CairnCommand.Type]
    /// What the bare word runs; nil prints the namespace's help.
    let bare: (any CairnCommand.Type)?
    /// Left out of the help.
    let isHidden: Bool

    init(
        _ name: String, _ purpose: String, bare: (any CairnCommand.Type)? = nil, isHidden: Bool = false,
        _ commands: [any CairnCommand.Type]
    ) {
        self.name = name
        self.purpose = purpose
        self.commands = commands
        self.bare = bare
        self.isHidden = isHidden
    }

    func command(_ word: String) -> (any CairnCommand.Type)? {
        commands.first { command in
            let configuration = command.configuration
            return configuration.commandName == word || configuration.aliases.contains(word)
        }
    }
}
