import CairnCore
import Glibc

/// Which enabled plugin has what installed. Made when plugins change and kept in a file, so that a command only looks up.
public struct PluginIndex: Sendable, Equatable {
    /// What one enabled plugin brings.
    public struct Entry: Sendable, Equatable {
        public let name: PluginName
        /// The names of its executables, among them those of triggers, and `commands`.
        public let programs: [String]
        /// The names of the executables in `subcommands`.
        public let subcommands: [String]
    }

    /// In the order in which plugins are asked.
    public let entries: [Entry]
    private let byProgram: [String: [PluginName]]

    /// Nothing installed.
    public static let empty = PluginIndex([])

    init(_ entries: [Entry]) {
        self.entries = entries
        var byProgram: [String: [PluginName]] = [:]
        for entry in entries {
            for program in entry.programs { byProgram[program, default: []].append(entry.name) }
        }
        self.byProgram = byProgram
    }

    /// The plugins that implement a trigger, in the order in which they are asked.
    public func plugins(implementing trigger: String) -> [PluginName] { byProgram[trigger] ?? [] }

    /// The enabled plugin with a name.
    public func entry(named name: String) -> Entry? { entries.first { $0.name.rawValue == name } }

    /// Looks at the directories themselves.
    static func scan(_ layout: PluginLayout) -> PluginIndex {
        PluginIndex(
            enabledPlugins(layout).map { name in
                let directory = layout.directory(of: name)
                return Entry(
                    name: name, programs: executables(in: directory),
                    subcommands: executables(in: directory + "/subcommands"))
            })
    }

    /// What is linked in `enabled`, but for Cairn's own layer of compatibility and links that lead nowhere.
    private static func enabledPlugins(_ layout: PluginLayout) -> [PluginName] {
        FileSystem.names(in: layout.enabled).compactMap { try? PluginName(validating: $0) }.filter { name in
            guard let target = FileSystem.target(of: layout.link(of: name)) else { return false }
            return !target.hasPrefix(layout.shim + "/")
                && FileSystem.isDirectory(layout.directory(of: name), followsLinks: false)
        }.sorted()
    }

    private static func executables(in directory: String) -> [String] {
        FileSystem.names(in: directory).filter { FileSystem.isExecutableFile(directory + "/" + $0) }
    }
}
