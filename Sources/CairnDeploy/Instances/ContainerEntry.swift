import CairnCore
public import CairnStore

/// How the commands of a release become the argument list of a container. What was built by buildpacks has an entry of its
/// own, which prepares the environment; everything else is started as any image is.
struct ContainerEntry: Sendable {
    /// The entrypoint and the arguments; nil leaves either to the image.
    struct Words: Sendable, Equatable {
        var entrypoint: [String]?
        var arguments: [String]?
    }

    let release: Release

    private static let launcher = ["/cnb/lifecycle/launcher"]

    /// A process of the Procfile; its own command, when no Procfile names it, is the image's business.
    ///
    /// - Throws: `E-INVALID-VALUE` when the command cannot be read.
    func start(_ process: ProcessType, environment: [String: String]) throws(CairnError) -> Words {
        let line = release.content.commands[process.rawValue]
        switch release.entry {
        case .image:
            guard let line else { return Words() }
            return Words(arguments: try ProcessCommand(line, environment: environment).arguments)
        case .buildpacks:
            return Words(arguments: ["/start", process.rawValue] + (line.map { [ProcessCommand.shellLine($0)] } ?? []))
        case .launcher:
            guard let line else { return Words() }
            return Words(entrypoint: Self.launcher, arguments: [line])
        }
    }

    /// A command line for the shell, such as the scripts of app.json are.
    func shell(_ line: String) -> Words {
        switch release.entry {
        case .image: Words(arguments: ["/bin/sh", "-c", line])
        case .buildpacks: Words(arguments: ["/exec", line])
        case .launcher: Words(entrypoint: Self.launcher, arguments: [line])
        }
    }

    /// The words of a person: a process type stands for its command, and a single word that holds a whole command line
    /// (`run web 'rake db:migrate && echo done'`) is read as a Procfile's would be. No words leave it to the image.
    ///
    /// - Throws: `E-INVALID-VALUE` when the command cannot be read.
    func run(_ words: [String], environment: [String: String]) throws(CairnError) -> Words {
        guard let first = words.first else {
            return release.entry == .buildpacks ? Words(arguments: ["/exec"]) : Words()
        }
        guard let line = release.content.commands[first] ?? (words.count == 1 ? first : nil) else {
            return inside(words)
        }
        let rest = words.dropFirst()
        guard release.entry == .image else {
            return shell(([line] + rest.map(ShellWords.quote)).joined(separator: " "))
        }
        switch try ProcessCommand(line, environment: environment) {
        case .words(let command): return Words(arguments: command + rest)
        case .shell(let command):
            // Further words belong to the command, not to the shell that reads it.
            return Words(
                arguments: ["/bin/sh", "-c", ([command] + rest.map(ShellWords.quote)).joined(separator: " ")])
        }
    }

    /// A program and its arguments, as they are.
    func inside(_ words: [String]) -> Words {
        switch release.entry {
        case .image: Words(arguments: words)
        case .buildpacks: Words(arguments: ["/exec"] + (words.count == 1 ? words.map(ShellWords.quote) : words))
        case .launcher: Words(entrypoint: Self.launcher, arguments: ["--"] + words)
        }
    }
}

extension Release {
    /// The argument list of a command in a container that runs already, with the environment of the app's processes.
    public func commandInside(_ words: [String]) -> [String] {
        let command = ContainerEntry(release: self).inside(words)
        return (command.entrypoint ?? []) + (command.arguments ?? [])
    }
}
