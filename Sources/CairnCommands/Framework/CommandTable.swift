import ArgumentParser
import CairnCore

/// Every command there is, by namespace. A new namespace is one line here.
enum CommandTable {
    static let namespaces: [Namespace] = [
        .standard, .apps, .appJSON, .builder, .builderDockerfile, .builderPack, .buildpacks, .certs, .checks, .config,
        .cron,
        .dockerOptions, .domains,
        .discovery, .events, .exec, .links, .services,
        .git, .nginx, .ports, .proxy, .scheduler, .sshKeys, .internal, .ps, .repo, .logs, .run, .enter, .releases,
        .builds, .reconcile, .daemon, .plugin,
    ]

    /// What the first word of a command line stands for.
    enum Meaning {
        case command(any CairnCommand.Type)
        case help(Namespace)
        case unknown
    }

    static func meaning(of word: String) -> Meaning {
        let first = String(word.prefix { $0 != ":" })
        guard let namespace = namespace(first) else {
            return Namespace.standard.command(word).map(Meaning.command) ?? .unknown
        }
        if let command = namespace.command(word) { return .command(command) }
        if word == namespace.name { return namespace.bare.map(Meaning.command) ?? .help(namespace) }
        if word == namespace.name + ":help" { return .help(namespace) }
        // The same command may go by a name of another namespace too.
        return namespaces.lazy.compactMap { $0.command(word) }.first.map(Meaning.command) ?? .unknown
    }

    static func namespace(_ name: String) -> Namespace? { namespaces.first { $0.name == name } }

    /// The answer to a word that is no command.
    static func unknown(_ word: String) -> CairnError {
        let nearest = Nearest.match(for: word, in: words)
        let hint = (nearest.map { "Did you mean '\($0)'? " } ?? "") + "Run 'cairn help' for the list of commands."
        return CairnError(.unknownCommand, "'\(word.excerpt())' is not a cairn command", hint: hint)
    }

    /// The words of all commands that the help shows.
    static var words: [String] {
        namespaces.lazy.filter { !$0.isHidden }.flatMap { namespace in
            namespace.commands.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
        }
    }
}
