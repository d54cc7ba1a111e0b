import ArgumentParser
import CairnCore
import CairnReceive

struct GitAuth: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:auth", "Keep the name and password for a git server or web server.", usage: "<host> [<user> [<password>]]",
        discussion: "Without a password it is read from standard input. Without a user the host's entry is removed.")
    static let takesApp = false

    @Argument(help: "The host.") var host: String
    @Argument(help: "The user; for most servers any name will do with a token.") var user: String?
    @Argument(help: "The password, or a token.") var password: String?

    func run(in context: CommandContext) async throws {
        let passwords = HostPasswords(context.credentials)
        guard let user else {
            try passwords.set(nil, of: host)
            return context.output.step("Removing netrc auth entry for host \(host)")
        }
        let password = try password ?? Self.read(context)
        guard !password.isEmpty else {
            throw CairnError(
                .invalidValue, "Missing password for netrc auth entry",
                hint: "Write it behind the user, or send it: cairn git:auth \(host.visible) \(user.visible) < token")
        }
        try passwords.set((user, password), of: host)
        context.output.step("Setting netrc auth entry for host \(host)")
    }

    /// One line of standard input; empty for a terminal, where nobody is asked.
    static func read(_ context: CommandContext) throws -> String {
        if context.console.isTerminal { return "" }
        let input = try context.console.readInput(maximum: 4_096)
        return String(decoding: input.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
    }
}

struct GitAuthStatus: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:auth-status", "Tell by the exit status whether an entry of git:auth is as described: 0 if so, else 1.",
        usage: "<host> [<user> [<password>]]")
    static let takesApp = false

    @Argument(help: "The host.") var host: String
    @Argument(help: "The user; without one, whether there is no entry.") var user: String?
    @Argument(help: "The password; without one, it is not looked at.") var password: String?

    func run(in context: CommandContext) async throws {
        let passwords = HostPasswords(context.credentials)
        guard try passwords.has(user.map { ($0, password) }, of: host) else { throw ExitStatus(1) }
    }
}

struct GitAllowHost: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:allow-host", "Keep the ssh keys of a host, so that code can be fetched from it.", usage: "<host>[:<port>]",
        discussion:
            "Compare the fingerprints with those that the host publishes. --force takes other keys than are known.")
    static let takesApp = false

    @Argument(help: "The host.") var host: String?

    func run(in context: CommandContext) async throws {
        guard let host else {
            throw CairnError(.usage, "Please specify a host", hint: "cairn git:allow-host github.com")
        }
        let fingerprints = try await KnownHosts(context.credentials)
            .add(KnownHosts.Host(validating: host), replacing: context.isForced)
        context.output.step("\(host) added to known hosts")
        for line in fingerprints { context.output.detail(line) }
    }
}

struct GitGenerateDeployKey: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:generate-deploy-key", "Make the key pair by which this host fetches code over ssh.", usage: "")
    static let takesApp = false

    func run(in context: CommandContext) async throws {
        do { try await context.credentials.makeKey() } catch let error as CairnError where error.code == .nameTaken {
            return context.output.warning(error.message)
        }
        context.output.step("Made a deploy key; 'cairn git:public-key' shows its public half")
    }
}

struct GitPublicKey: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:public-key", "Print the public half of this host's deploy key.", usage: "",
        discussion: "A pair is made if there is none yet. Add the line to the git server as a key that may read.")
    static let takesApp = false

    func run(in context: CommandContext) async throws {
        let credentials = context.credentials
        if credentials.publicKey == nil { try await credentials.makeKey() }
        guard let key = credentials.publicKey else {
            throw CairnError(.notFound, "There is no deploy key", hint: "Make one: cairn git:generate-deploy-key")
        }
        context.output.line(key)
    }
}
