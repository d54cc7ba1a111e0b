public import CairnCore
import Glibc

/// The plugins of a host, on disk: `available/NAME` for each, and a link in `enabled` for those that are asked.
public struct PluginStore: Sendable {
    public let layout: PluginLayout

    public init(_ settings: HostSettings) { layout = PluginLayout(settings) }

    /// What is known about an installed plugin.
    public struct Plugin: Sendable {
        public let name: PluginName
        public let isEnabled: Bool
        public let manifest: PluginManifest
        /// Nil for one that was put there by hand.
        public let origin: PluginOrigin?
    }

    /// All that are installed, in the order of their names.
    public func plugins() -> [Plugin] {
        FileSystem.names(in: layout.available).compactMap { try? PluginName(validating: $0) }
            .filter(isInstalled).sorted().map(plugin)
    }

    /// - Throws: `E-NOT-FOUND`, `E-INVALID-NAME`.
    public func plugin(named text: String) throws(CairnError) -> Plugin {
        let name = try PluginName(validating: text)
        guard isInstalled(name) else {
            throw CairnError(
                .notFound, "Plugin (\(name)) is not currently installed",
                hint: "Run 'cairn plugin:list' to see which are.")
        }
        return plugin(name)
    }

    /// False where none has ever been installed. Costs one look at a directory.
    public var mayHavePlugins: Bool { FileSystem.exists(layout.enabled) }

    public func isInstalled(_ name: PluginName) -> Bool {
        FileSystem.isDirectory(layout.directory(of: name), followsLinks: false)
    }

    public func isEnabled(_ name: PluginName) -> Bool {
        isInstalled(name) && FileSystem.target(of: layout.link(of: name)) == linkTarget(name)
    }

    /// Whether the name belongs to what Cairn itself shows to plugins.
    public func isBuiltIn(_ name: PluginName) -> Bool {
        FileSystem.isDirectory("\(layout.shim)/core/\(name)")
    }

    private func plugin(_ name: PluginName) -> Plugin {
        let directory = layout.directory(of: name)
        return Plugin(
            name: name, isEnabled: isEnabled(name), manifest: PluginManifest(directory: directory),
            origin: PluginOrigin(directory: directory))
    }

    private func linkTarget(_ name: PluginName) -> String { "../available/\(name)" }

    // MARK: Changes; the caller holds a `PluginLock`

    /// Lets a plugin be asked from now on.
    ///
    /// - Throws: `E-IO`.
    func enable(_ name: PluginName) throws(CairnError) {
        try FileSystem.makeDirectory(layout.enabled)
        if !isEnabled(name) {
            try FileSystem.remove(layout.link(of: name))
            guard symlink(linkTarget(name), layout.link(of: name)) == 0 else {
                throw FileSystem.failure("made", layout.link(of: name))
            }
        }
        _ = try PluginIndex.rebuild(layout)
    }

    /// Lets a plugin be asked no more.
    ///
    /// - Throws: `E-IO`.
    func disable(_ name: PluginName) throws(CairnError) {
        try FileSystem.remove(layout.link(of: name))
        _ = try PluginIndex.rebuild(layout)
    }

    /// Removes a plugin's files.
    ///
    /// - Throws: `E-IO`.
    func remove(_ name: PluginName) throws(CairnError) {
        try disable(name)
        // Gone in one step for everybody who looks, however long the removal takes.
        let aside = try emptyStage() + "/\(name)"
        try FileSystem.move(layout.directory(of: name), to: aside)
        try FileSystem.remove(aside)
    }

    /// A new empty directory, below which new plugins are made. What a process that was killed has left there is removed.
    func emptyStage() throws(CairnError) -> String {
        try FileSystem.remove(layout.staging)
        try FileSystem.makeDirectory(layout.staging)
        return layout.staging
    }

    /// Looks at the directories anew, after programs of plugins may have changed them.
    public func refreshIndex() throws(CairnError) { _ = try PluginIndex.rebuild(layout) }
}

extension PluginStore {
    /// - Throws: `E-NOT-ALLOWED` when it is enabled already, `E-NOT-FOUND`.
    public func enablePlugin(named text: String) throws(CairnError) {
        let lock = try PluginLock(layout)
        defer { withExtendedLifetime(lock) {} }
        let plugin = try plugin(named: text)
        guard !plugin.isEnabled else { throw CairnError(.notAllowed, "Plugin already enabled: \(plugin.name)") }
        try enable(plugin.name)
    }

    /// - Throws: `E-NOT-ALLOWED` when it is disabled already, `E-NOT-FOUND`.
    public func disablePlugin(named text: String) throws(CairnError) {
        let lock = try PluginLock(layout)
        defer { withExtendedLifetime(lock) {} }
        let plugin = try plugin(named: text)
        guard plugin.isEnabled else { throw CairnError(.notAllowed, "Plugin already disabled: \(plugin.name)") }
        try disable(plugin.name)
    }
}
