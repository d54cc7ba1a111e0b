import CairnCore
import Glibc

extension PluginIndex {
    /// The index as its file has it, if the directories are still those that it was made from; otherwise what the
    /// directories hold now.
    static func load(_ layout: PluginLayout) -> PluginIndex {
        guard let content = FileSystem.read(layout.index),
            let value = try? JSONValue(parsing: content, file: layout.index),
            let (index, stamps) = parse(value), stamps == Self.stamps(of: index.entries.map(\.name), layout)
        else { return scan(layout) }
        return index
    }

    /// Makes the file anew.
    ///
    /// - Throws: `E-IO`; the old file is whole then.
    static func rebuild(_ layout: PluginLayout) throws(CairnError) -> PluginIndex {
        let index = scan(layout)
        try FileSystem.makeDirectory(layout.root)
        try FileSystem.replace(layout.index, with: Array((index.json(layout).text + "\n").utf8))
        return index
    }

    private func json(_ layout: PluginLayout) -> JSONValue {
        let stamps = Self.stamps(of: entries.map(\.name), layout)
        return .object([
            "version": 1, "stamps": .array(stamps.map(JSONValue.string)),
            "plugins": .array(
                entries.map { entry in
                    .object([
                        "name": .string(entry.name.rawValue),
                        "programs": .array(entry.programs.map(JSONValue.string)),
                        "subcommands": .array(entry.subcommands.map(JSONValue.string)),
                    ])
                }),
        ])
    }

    private static func parse(_ value: JSONValue) -> (PluginIndex, [String])? {
        guard case .object(let members) = value, members["version"] == 1, let stamps = strings(members["stamps"]),
            case .array(let plugins)? = members["plugins"]
        else { return nil }
        var entries: [Entry] = []
        for case .object(let plugin) in plugins {
            guard case .string(let text)? = plugin["name"], let name = try? PluginName(validating: text),
                let programs = strings(plugin["programs"]), let subcommands = strings(plugin["subcommands"])
            else { return nil }
            entries.append(Entry(name: name, programs: programs, subcommands: subcommands))
        }
        return (PluginIndex(entries), stamps)
    }

    private static func strings(_ value: JSONValue?) -> [String]? {
        guard case .array(let elements)? = value else { return nil }
        return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    /// When the directories were last changed that an index is made from.
    private static func stamps(of names: [PluginName], _ layout: PluginLayout) -> [String] {
        let directories = names.flatMap { [layout.directory(of: $0), layout.directory(of: $0) + "/subcommands"] }
        return ([layout.enabled] + directories).map { directory in
            guard let status = FileSystem.status(directory, followsLinks: false) else { return "-" }
            return "\(status.st_ino) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        }
    }
}
