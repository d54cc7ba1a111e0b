public import CairnCore

/// Where a host keeps its plugins.
public struct PluginLayout: Sendable {
    public let root: String
    /// Where the plugins are that come with Cairn; they are installed by their names.
    public let bundled: String
    /// What belongs to Cairn's own layer of compatibility: entries of `available` and `enabled` that lead there are no
    /// plugins.
    let shim: String

    public init(_ settings: HostSettings) {
        root = settings.plugins
        bundled = settings.share + "/plugins"
        shim = settings.share + "/shim"
    }

    public var available: String { root + "/available" }
    public var enabled: String { root + "/enabled" }
    public func directory(of plugin: PluginName) -> String { "\(available)/\(plugin)" }
    public func link(of plugin: PluginName) -> String { "\(enabled)/\(plugin)" }
    /// Settings of plugins: for each a table with the values of its `[plugin.config]`.
    var configuration: String { root + "/config.toml" }
    /// What is derived from everything else here.
    var index: String { root + "/index.json" }
    /// Where new plugins are made before they are put in their places.
    var staging: String { root + "/staging" }
}
