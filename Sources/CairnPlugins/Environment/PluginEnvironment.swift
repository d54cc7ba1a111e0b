public import CairnCore

/// What a plugin's program finds in its environment: nothing of the caller's but what is listed here.
public struct PluginEnvironment: Sendable {
    public let settings: HostSettings
    public let caller: PluginCaller
    /// The environment of this process.
    let process: [String: String]
    /// What tells the containers of this installation from those of others.
    private let installation: @Sendable () -> String?

    /// - Parameter installation: Asked when a program starts; for `CAIRN_INSTALLATION`.
    public init(
        settings: HostSettings, caller: PluginCaller, process: [String: String],
        installation: @escaping @Sendable () -> String? = { nil }
    ) {
        self.settings = settings
        self.caller = caller
        self.process = process
        self.installation = installation
    }

    /// The variable that says that a process is a plugin's program, or was started by one. It holds the plugin's name.
    public static let insideVariable = "CAIRN_PLUGIN"
    /// The trigger that the program runs for.
    public static let triggerVariable = "CAIRN_TRIGGER"
    /// How many programs of plugins are among the ancestors of a process.
    static let depthVariable = "CAIRN_PLUGIN_DEPTH"
    /// More of them means that plugins call each other for ever.
    static let maximumDepth = 16

    /// The build or deploy that the current task belongs to.
    @TaskLocal public static var buildID: String?

    /// Whether the process with this environment was started by a plugin's program.
    public static func isInside(_ environment: [String: String]) -> Bool { environment[insideVariable] != nil }

    /// How deep this process is in plugins that call commands that call plugins.
    var depth: Int { process[Self.depthVariable].flatMap { Int($0) } ?? 0 }

    /// All variables for a program.
    ///
    /// - Parameters:
    ///   - plugin: Whose program it is.
    ///   - trigger: What it runs for; nil for a command.
    ///   - extra: Variables of the call; they win.
    public func variables(
        for plugin: PluginName, trigger: String? = nil, extra: [String: String] = [:]
    ) -> [String: String] {
        let layout = PluginLayout(settings)
        var result = process.filter { Self.kept.contains($0.key) || Self.isSetting($0.key) }
        result["PATH"] = "\(settings.share)/shim/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        result["HOME"] = settings.root
        result["LANG"] = "C.UTF-8"
        result["CAIRN_ROOT"] = settings.root
        result["CAIRN_SHARE"] = settings.share
        result["CAIRN_EXECUTABLE"] = settings.executable
        result["CAIRN_INSTALLATION"] = installation()
        result[Self.insideVariable] = plugin.rawValue
        result["CAIRN_PLUGIN_PATH"] = layout.directory(of: plugin)
        result[Self.triggerVariable] = trigger
        result[Self.depthVariable] = "\(depth + 1)"
        result.merge(compatible) { $1 }
        result.merge(configuration(of: plugin, layout)) { $1 }
        return result.merging(extra) { $1 }
    }

    /// `CONFIG_<KEY>` for each setting that the plugin's manifest names: from the host's file, or as the manifest has it.
    private func configuration(of plugin: PluginName, _ layout: PluginLayout) -> [String: String] {
        let defaults = PluginManifest(directory: layout.directory(of: plugin)).configuration
        guard !defaults.isEmpty else { return [:] }
        let content = FileSystem.read(layout.configuration) ?? []
        let table = try? TOMLTable(parsing: String(decoding: content, as: UTF8.self), file: layout.configuration)
        let values = defaults.merging(table?[plugin.rawValue] ?? [:]) { $1 }
        return Dictionary(
            values.filter { defaults[$0.key] != nil }.map { ("CONFIG_" + Self.variableName($0.key), $0.value) }
        ) { $1 }
    }

    private static func variableName(_ key: String) -> String {
        String(key.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? Character($0.uppercased()) : "_" })
    }

    /// Proxies, as plugins fetch things; what a terminal is; and what the session's log shows.
    private static let kept = networkNames.union(["TERM", "TZ", "SSH_CONNECTION", "SSH_TTY", "SUDO_USER"])
    private static let networkNames: Set<String> = [
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE",
    ]

    /// What a program that fetches something has to know of this process's environment.
    var network: [String: String] { process.filter { Self.networkNames.contains($0.key) } }

    /// Cairn's settings: a command that the plugin calls is to read the same. What is about this one process is not theirs.
    private static func isSetting(_ name: String) -> Bool {
        name.hasPrefix("CAIRN_") && !["CAIRN_CLIENT_DESCRIPTOR", "CAIRN_CRASH_AT", "CAIRN_TRIGGER"].contains(name)
    }
}
