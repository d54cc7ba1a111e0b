import CairnCore

/// What a plugin says of itself in its `plugin.toml`.
public struct PluginManifest: Sendable, Equatable {
    public var description = ""
    public var version = ""
    /// The names of its settings, `[plugin.config]`, with what they are when the host does not set them.
    public var configuration: [String: String] = [:]
    /// What is wrong with the file, for people; the plugin works all the same.
    public var warnings: [String] = []

    /// Reads the file of a plugin in a directory. One that is missing, or cannot be understood, is worth a warning.
    public init(directory: String) {
        guard let content = FileSystem.read(directory + "/plugin.toml", maximum: 64 << 10) else {
            warnings = ["It has no plugin.toml, so its version and purpose are not known"]
            return
        }
        do throws(CairnError) {
            try read(String(decoding: content, as: UTF8.self))
        } catch {
            warnings = [error.message]
        }
    }

    /// - Throws: `E-INVALID-FILE` naming the line.
    private mutating func read(_ text: String) throws(CairnError) {
        let file = try TOMLTable(parsing: text, file: "plugin.toml")
        let plugin = file["plugin"] ?? [:]
        description = plugin["description"] ?? ""
        version = plugin["version"] ?? ""
        configuration = file["plugin.config"] ?? [:]
        if file["plugin"] == nil { warnings.append("Its plugin.toml has no table [plugin]") }
    }
}
