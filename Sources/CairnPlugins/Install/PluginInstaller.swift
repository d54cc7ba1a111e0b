public import CairnCore

/// Installs, updates and removes plugins. Each change is made beside what is there, looked at, and put in its place in one
/// step; one that fails leaves everything as it was.
public struct PluginInstaller: Sendable {
    let store: PluginStore
    let dispatcher: PluginDispatcher
    let reporter: any ProgressReporter
    /// Whether a plugin of that name would hide a command of Cairn's.
    let isReserved: @Sendable (String) -> Bool

    public init(
        dispatcher: PluginDispatcher, reporter: any ProgressReporter, isReserved: @escaping @Sendable (String) -> Bool
    ) {
        self.dispatcher = dispatcher
        self.reporter = reporter
        self.isReserved = isReserved
        store = PluginStore(dispatcher.environment.settings)
    }

    /// Installs a plugin and enables it.
    ///
    /// - Parameters:
    ///   - name: Nil for the usual name of such a source.
    ///   - runsTrigger: Whether `install` is fired for all plugins.
    /// - Throws: `E-PLUGIN-REFUSED`, `E-PLUGIN-FETCH`, `E-NAME-TAKEN`; `E-PLUGIN-FAILED` when the plugin's own `install`
    ///   fails. Nothing is installed then.
    public func install(_ source: PluginSource, as name: String?, runsTrigger: Bool) async throws {
        let name = try PluginName(validating: name ?? source.usualName)
        try check(name)
        let lock = try PluginLock(store.layout)
        defer { withExtendedLifetime(lock) {} }
        try checkAbsent(name, source)
        let verb = source.kind == .git ? "Cloning plugin repo" : "Copying plugin"
        reporter.step("\(verb) \(source.description) to \(store.layout.directory(of: name))")
        let staged = try await stage(source, name)
        try dispatcher.prepareFiles()
        try FileSystem.makeDirectory(store.layout.available)
        try FileSystem.move(staged, to: store.layout.directory(of: name))
        try store.enable(name)
        reporter.step("Plugin \(name) enabled")
        guard runsTrigger else { return }
        do { try await fire(.install, [], decisive: name) } catch {
            try store.remove(name)
            throw error
        }
        try store.refreshIndex()
    }

    /// Fetches a plugin anew from where it came from.
    ///
    /// - Parameter reference: Another branch, tag or commit than it was pinned to.
    /// - Returns: False when it is pinned and so stays as it is.
    /// - Throws: As `install`; the version before is active then.
    @discardableResult
    public func update(_ text: String, reference: String?) async throws -> Bool {
        let lock = try PluginLock(store.layout)
        defer { withExtendedLifetime(lock) {} }
        let plugin = try store.plugin(named: text)
        guard let source = try updateSource(of: plugin, reference: reference) else { return false }
        reporter.step("Updating plugin \(plugin.name) from \(source.description)")
        let staged = try await stage(source, plugin.name)
        let place = store.layout.directory(of: plugin.name)
        try FileSystem.exchange(staged, place)
        try store.refreshIndex()
        do { if plugin.isEnabled { try await fire(.update, [], decisive: plugin.name) } } catch {
            try FileSystem.exchange(staged, place)
            try store.refreshIndex()
            throw error
        }
        try store.refreshIndex()
        try FileSystem.remove(staged)
        return true
    }

    /// Removes a plugin, after all were told.
    ///
    /// - Parameter force: Whether it goes although its own `uninstall` fails.
    /// - Throws: `E-NOT-FOUND`; `E-PLUGIN-FAILED`, and it stays.
    public func uninstall(_ text: String, force: Bool) async throws {
        let lock = try PluginLock(store.layout)
        defer { withExtendedLifetime(lock) {} }
        let name = try store.plugin(named: text).name
        do { try await fire(.uninstall, [name.rawValue], decisive: name) } catch let error as CairnError where force {
            reporter.warning(error.message)
        }
        try store.remove(name)
        reporter.step("Plugin \(name) uninstalled")
    }

    /// Fires a trigger of a plugin's own life for all plugins. Only the failure of `decisive` counts; nil for any.
    public func fire(_ trigger: Trigger, _ arguments: [String], decisive: PluginName? = nil) async throws {
        let call = TriggerCall(trigger, arguments)
        for plugin in dispatcher.index.plugins(implementing: trigger.name) {
            do { try await dispatcher.run(call, of: plugin, reporter: reporter) } catch let error as CairnError
                where decisive != nil && plugin != decisive
            {
                reporter.warning(error.message)
                error.evidence.forEach(reporter.detail)
            }
        }
    }
}

extension PluginInstaller {
    private func check(_ name: PluginName) throws(CairnError) {
        guard !isReserved(name.rawValue), !store.isBuiltIn(name) else {
            throw CairnError(
                .pluginRefused, "A plugin cannot be called '\(name)': that is a command of Cairn's",
                hint: "Give it another name with --name; its commands are called by that.")
        }
    }

    private func checkAbsent(_ name: PluginName, _ source: PluginSource) throws(CairnError) {
        guard store.isInstalled(name) else { return }
        let plugin = try store.plugin(named: name.rawValue)
        let isSame = plugin.origin?.source.location == source.location
        throw CairnError(
            .nameTaken,
            isSame
                ? "Plugin \(name) is already installed"
                : "Another plugin is installed as \(name)\(plugin.origin.map { ", from " + $0.source.description } ?? "")",
            hint: isSame
                ? (plugin.isEnabled
                    ? "Update it: cairn plugin:update \(name)" : "Turn it on: cairn plugin:enable \(name)")
                : "Choose another name with --name, or remove that one: cairn plugin:uninstall \(name)")
    }

    /// Nil for a pinned plugin that is to stay where it is.
    private func updateSource(of plugin: PluginStore.Plugin, reference: String?) throws(CairnError) -> PluginSource? {
        guard let origin = plugin.origin else {
            throw CairnError(
                .pluginRefused, "It is not known where plugin \(plugin.name) came from",
                hint: "Remove it, and install it from its address.")
        }
        guard let reference else {
            if let pin = origin.source.reference {
                reporter.detail("Plugin \(plugin.name) is pinned to \(pin)")
                return nil
            }
            return origin.source
        }
        guard origin.source.kind == .git else {
            throw CairnError(
                .usage, "Plugin \(plugin.name) did not come from a git repository: it has no '\(reference.excerpt())'")
        }
        try PluginSource.checkReference(reference)
        return PluginSource(kind: .git, location: origin.source.location, reference: reference)
    }

    /// Fetches a plugin beside the others and looks at it. Returns where it is.
    private func stage(_ source: PluginSource, _ name: PluginName) async throws -> String {
        let directory = try store.emptyStage() + "/\(name)"
        try FileSystem.makeDirectory(directory)
        do {
            let fetch = PluginFetch(
                layout: store.layout, reporter: reporter, network: dispatcher.environment.network)
            let origin = try await fetch.fetch(source, into: directory)
            let inspection = try PluginInspection(directory: directory, name: name)
            show(inspection, origin)
            try origin.write(to: directory)
            try FileSystem.adopt(directory)
        } catch {
            try? FileSystem.remove(store.layout.staging)
            throw error
        }
        return directory
    }

    /// What will run from now on.
    private func show(_ plugin: PluginInspection, _ origin: PluginOrigin) {
        if let commit = origin.commit { reporter.detail("Commit: \(commit)") }
        if !plugin.commands.isEmpty { reporter.detail("Commands: " + plugin.commands.joined(separator: ", ")) }
        if !plugin.triggers.isEmpty { reporter.detail("Runs at: " + plugin.triggers.joined(separator: ", ")) }
        if !plugin.others.isEmpty { reporter.detail("Other programs: " + plugin.others.joined(separator: ", ")) }
        plugin.warnings.forEach(reporter.warning)
    }
}
