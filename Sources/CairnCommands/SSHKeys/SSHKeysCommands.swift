import ArgumentParser
import CairnCore
import CairnReceive
import CairnStore

extension Namespace {
    static let sshKeys = Namespace(
        "ssh-keys", "Who may push and run commands over ssh",
        [SSHKeysAdd.self, SSHKeysList.self, SSHKeysRemove.self])
}

struct SSHKeysAdd: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ssh-keys:add", "Let a public key push and run commands.", usage: "[--terminal] <name> [<file>]",
        discussion: "Without a file the key is read from standard input. A key cannot add or remove keys itself.")
    static let access = CommandAccess.local
    static let takesApp = false

    @Flag(help: "Allow ssh -t, for run and enter.") var terminal = false
    @Argument(help: "A name for the key.") var name: String
    @Argument(help: "The .pub file.") var file: String?

    func run(in context: CommandContext) async throws {
        let name = try KeyName(validating: name).rawValue
        guard file != nil || !context.console.isTerminal else {
            throw CairnError(
                .usage, "No key specified via file or pipe",
                hint: "Such as: cairn ssh-keys:add \(name) < id_ed25519.pub")
        }
        let bytes = try InputFile(path: file ?? "-").read(context, maximum: 64 * 1024)
        let key = try SSHPublicKey(parsing: String(decoding: bytes, as: UTF8.self))
        let row = SSHKey(
            name: name, fingerprint: key.fingerprint, publicKey: key.description, allowsTerminal: terminal)
        let store = try context.store()
        try store.addSSHKey(row)
        do { try AuthorizedKeys.install(store.sshKeys(), settings: context.settings) } catch {
            _ = try store.removeSSHKeys(nameOrFingerprint: name)
            throw error
        }
        try store.addEvent("key-added", actor: context.actor, name)
        context.output.line(row.fingerprint)
    }
}

struct SSHKeysRemove: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ssh-keys:remove", "Shut a public key out.", usage: "(<name> | --fingerprint <fingerprint>)")
    static let access = CommandAccess.local
    static let takesApp = false

    @Option(help: "The key's fingerprint, instead of its name.") var fingerprint: String?
    @Argument(help: "The name of the key.") var name: String?

    func run(in context: CommandContext) async throws {
        guard let text = fingerprint ?? name else {
            throw CairnError(
                .usage, "A name is required to remove a key", hint: "Such as: cairn ssh-keys:remove anna@laptop")
        }
        let store = try context.store()
        let count = try store.removeSSHKeys(nameOrFingerprint: text)
        // Also when there is none: an attempt before this one may have failed between the list and the file.
        let hasChanged = try AuthorizedKeys.install(store.sshKeys(), settings: context.settings)
        guard count > 0 else {
            context.output.warning("There is no key '\(text.excerpt())', so none was removed")
            if hasChanged {
                context.output.warning("\(context.settings.authorizedKeys) did not fit the list; now it does")
            }
            return
        }
        try store.addEvent("key-removed", actor: context.actor, text)
    }
}

struct SSHKeysList: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ssh-keys:list", "List the public keys that may push and run commands.")
    static let takesApp = false

    @OptionGroup var format: FormatOption
    @Argument(help: "Only the key with this name.") var name: String?

    func run(in context: CommandContext) async throws {
        let keys = try context.store().sshKeys().filter { name == nil || $0.name == name }
        if format.isJSON { return context.output.json(.array(keys.map(Self.json))) }
        if let name, keys.isEmpty {
            throw CairnError(.notFound, "There is no key '\(name.excerpt())'", hint: "cairn ssh-keys:list shows all.")
        }
        for key in keys {
            let options = key.allowsTerminal ? "restrict,pty" : "restrict"
            context.output.line("\(key.fingerprint) NAME=\"\(key.name)\" SSHCOMMAND_ALLOWED_KEYS=\"\(options)\"")
        }
    }

    private static func json(_ key: SSHKey) -> JSONValue {
        [
            "name": .string(key.name), "fingerprint": .string(key.fingerprint), "public_key": .string(key.publicKey),
            "allows_terminal": .bool(key.allowsTerminal), "added_at": .string(Timestamp(key.addedAt).text),
        ]
    }
}
