public import CairnCore
import Glibc

/// Looks at a plugin's files before any of them runs.
public struct PluginInspection: Sendable {
    /// The triggers it handles, in the order of their names.
    public let triggers: [String]
    /// Its other programs at the top: for triggers of its own, or for itself.
    public let others: [String]
    /// The commands it brings, as they are called; `NAME …` stands for whatever its `commands` knows.
    public let commands: [String]
    public let manifest: PluginManifest
    /// What is odd and does no harm.
    public let warnings: [String]

    /// - Throws: `E-PLUGIN-REFUSED` with the file, when one could do harm or when this is no plugin.
    public init(directory: String, name: PluginName) throws(CairnError) {
        try Self.check(directory)
        manifest = PluginManifest(directory: directory)
        let programs = FileSystem.names(in: directory).filter { FileSystem.isExecutableFile(directory + "/" + $0) }
        let subcommands = FileSystem.names(in: directory + "/subcommands")
        triggers = programs.filter { $0 != "commands" && Trigger.known[$0] != nil }
        others = programs.filter { Trigger.known[$0] == nil }
        commands =
            subcommands.filter { FileSystem.isExecutableFile("\(directory)/subcommands/\($0)") }
            .map { $0 == "default" ? name.rawValue : "\(name):\($0)" }
            + (programs.contains("commands") ? ["\(name) … (through its program 'commands')"] : [])
        guard !programs.isEmpty || !commands.isEmpty || FileSystem.exists(directory + "/plugin.toml") else {
            throw CairnError(
                .pluginRefused,
                "This is no plugin: it has neither a plugin.toml nor a program",
                hint: "Its files belong at the top of the directory, and its programs have to be executable.")
        }
        warnings = manifest.warnings + Self.sleeping(in: directory)
    }

    /// Files with the name of a trigger that nobody may execute.
    private static func sleeping(in directory: String) -> [String] {
        FileSystem.names(in: directory).filter { name in
            Trigger.known[name] != nil && !FileSystem.isDirectory("\(directory)/\(name)")
                && !FileSystem.isExecutableFile("\(directory)/\(name)")
        }.map { "Its '\($0)' is not executable, and is passed over" }
    }

    private static func check(_ directory: String) throws(CairnError) {
        guard let root = FileSystem.resolved(directory) else { throw FileSystem.failure("read", directory) }
        var count = 0
        try FileSystem.walk(root) { path throws(CairnError) in
            count += 1
            guard count <= ArchiveListing.maximumCount else {
                throw CairnError(.pluginRefused, "The plugin has more than \(ArchiveListing.maximumCount) files")
            }
            try checkEntry(path, root)
        }
    }

    private static func checkEntry(_ path: String, _ root: String) throws(CairnError) {
        guard let status = FileSystem.status(path, followsLinks: false) else { throw FileSystem.failure("read", path) }
        let name = String(path.dropFirst(root.count + 1)).excerpt(120)
        switch status.st_mode & S_IFMT {
        case S_IFLNK:
            guard staysInside(path, root) else { throw refusal("has a link that leaves its directory: \(name)") }
            return
        case S_IFREG, S_IFDIR: break
        default: throw refusal("has something that is no file, directory or link: \(name)")
        }
        guard status.st_mode & 0o002 == 0 else { throw refusal("has a file that everybody may write to: \(name)") }
        guard status.st_mode & 0o6000 == 0 || status.st_mode & S_IFMT == S_IFDIR else {
            throw refusal("has a program that runs as another user (setuid, setgid): \(name)")
        }
    }

    /// By what the link says, and by where it leads.
    private static func staysInside(_ link: String, _ root: String) -> Bool {
        guard let target = FileSystem.target(of: link), !target.hasPrefix("/") else { return false }
        var depth = link.dropFirst(root.count + 1).split(separator: "/").count - 1
        for part in target.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return false }
        }
        guard let resolved = FileSystem.resolved(link) else { return true }
        return resolved == root || resolved.hasPrefix(root + "/")
    }

    private static func refusal(_ problem: String) -> CairnError {
        CairnError(
            .pluginRefused, "The plugin \(problem)",
            hint: "Nothing was installed. Ask whoever wrote it to mend that.")
    }
}
