import CairnCore
import CairnPlugins
import CairnStore

extension NativeTriggers {
    /// Variables and settings.
    static let settings: [String: Answer] = [
        "config-get": { request in
            let app = try request.app()
            let key = try ConfigKey(validating: request.argument(1))
            guard let value = try request.store.configValue(key, in: .app(app.name)) else {
                throw request.no("\(key) is not set")
            }
            return line(value)
        },
        "config-get-global": { request in
            let key = try ConfigKey(validating: request.argument(0))
            guard let value = try request.store.configValue(key, in: .global) else {
                throw request.no("\(key) is not set")
            }
            return line(value)
        },
        "config-set": { try await setConfig($0) },
        "config-unset": { try await unsetConfig($0) },
        "config-export": { try exportConfig($0) },
        "ps-get-property": { try processProperty($0) },
        "checks-get-property": { try processProperty($0) },
        "logs-get-property": { try processProperty($0) },
        "builder-get-property": { try property("builder", $0) },
        "network-get-property": { try property("network", $0) },
        "ports-get-property": { try portProperty($0) },
        "git-get-property": { try property("git", $0) },
        // Limits and mounts are docker's options.
        "resource-get-property": { line(try resource($0)) },
        "storage-list": { try mounts($0) },
        "storage-app-mounts": { _ in line("[]") },
        "cron-write": { ringDaemon($0) },
        "scheduler-cron-write": { ringDaemon($0) },
        "cron-get-property": { try property("cron", $0) },
    ]

    /// The daemon asks plugins for their tasks as soon as something wakes it.
    private static func ringDaemon(_ request: Request) -> String {
        _ = request.platform.ringDaemon()
        return ""
    }

    private static func property(_ namespace: String, _ request: Request) throws -> String {
        line(try request.store.effectiveProperties(namespace, of: request.app().name)[request.argument(1)] ?? "")
    }

    /// `APP KEY` of `ps`, `checks` and `logs`: what holds, also where nobody has set it.
    private static func processProperty(_ request: Request) throws -> String {
        let settings = try request.store.processSettings(of: request.app().name)
        return switch request.argument(1) {
        case "restart-policy": line("\(settings.restartPolicy)")
        case "stop-timeout-seconds": line("\(settings.stopTimeout)")
        case "wait-to-retire": line("\(settings.waitToRetire)")
        case "max-size": line(settings.logSize)
        // An app always comes back after a start of the host, unless it was stopped.
        case "restore": line(try request.app().desiredState == .running)
        default: try property(String(request.name.prefix { $0 != "-" }), request)
        }
    }

    /// `APP proxy-port|proxy-ssl-port`: the port of the host on which the app is served.
    private static func portProperty(_ request: Request) throws -> String {
        let own = try request.store.effectiveProperties("proxy", of: request.app().name)[request.argument(1)]
        let settings = request.platform.settings
        return switch request.argument(1) {
        case "proxy-port": line(own ?? "\(settings.httpPort)")
        case "proxy-ssl-port": line(own ?? "\(settings.httpsPort)")
        default: ""
        }
    }

    /// `APP TYPE limit|reserve KEY`: what an option says, that of the process type before that of all.
    private static func resource(_ request: Request) throws -> String {
        let names = [
            "limit memory": "--memory", "limit memory-swap": "--memory-swap", "limit cpu": "--cpus",
            "limit nvidia-gpu": "--gpus", "reserve memory": "--memory-reservation",
        ]
        guard let name = names["\(request.argument(2)) \(request.argument(3))"] else { return "" }
        let (app, process) = (try request.app().name, request.argument(1))
        if process == "build" {
            return try request.store.dockerOptions(of: app, for: .build).last { $0.name == name }?.value ?? ""
        }
        var options = try request.store.dockerOptions(of: app, for: .deploy)
        if let type = try? ProcessType(validating: process) {
            options += try request.store.dockerOptions(of: app, for: .deploy, process: type)
        }
        return options.last { $0.name == name }?.value ?? ""
    }

    /// `APP PHASE FORMAT`: what is mounted by the app's docker options.
    private static func mounts(_ request: Request) throws -> String {
        guard let phase = DockerPhase(rawValue: request.argument(1)) else { return "" }
        return lines(
            try request.store.dockerOptions(of: request.app().name, for: phase).compactMap {
                if case .bind(let text) = $0.setting { text } else { nil }
            })
    }

    /// `[--no-restart] APP KEY=VALUE...`
    private static func setConfig(_ request: Request) async throws -> String {
        var words = request.arguments[...]
        let restarts = words.first != "--no-restart"
        if !restarts { words.removeFirst() }
        let app = try request.store.app(AppName(validating: words.popFirst() ?? ""))
        let pairs = try words.map { try ConfigPair(parsing: $0) }
        let changed = try request.store.setConfig(pairs, in: .app(app.name))
        try await changedConfig("set", changed, of: app, restarts: restarts, request)
        return ""
    }

    /// `APP KEY RESTART`
    private static func unsetConfig(_ request: Request) async throws -> String {
        let app = try request.app()
        let removed = try request.store.unsetConfig(
            [ConfigKey(validating: request.argument(1))], in: .app(app.name))
        try await changedConfig("unset", removed, of: app, restarts: request.argument(2) == "true", request)
        return ""
    }

    private static func changedConfig(
        _ verb: String, _ keys: Set<ConfigKey>, of app: App, restarts: Bool, _ request: Request
    ) async throws {
        guard !keys.isEmpty else { return }
        let names = keys.sorted().map(\.rawValue)
        let platform = request.platform
        try request.store.addEvent(
            "config-changed", app: app.name, actor: platform.actor, ([verb] + names).joined(separator: " "))
        try await platform.triggers.fire(
            .postConfigUpdate, arguments: [app.name.rawValue, verb] + names, reporter: request.reporter)
        guard restarts, app.isDeployed, app.desiredState == .running else { return }
        _ = try await platform.redeploy(
            app, description: "Config: \(verb) \(names.joined(separator: ", "))", reporter: request.reporter)
    }

    /// `APP GLOBAL MERGED FORMAT`
    private static func exportConfig(_ request: Request) throws -> String {
        let format = try ConfigFormat(named: request.argument(3).isEmpty ? "exports" : request.argument(3))
        let config: [String: String]
        if request.argument(1) == "true" {
            config = try request.store.config(.global)
        } else {
            let name = try request.app().name
            let isMerged = request.argument(2) == "true"
            config = try isMerged ? request.store.mergedConfig(of: name) : request.store.config(.app(name))
        }
        var pairs: [ConfigKey: String] = [:]
        for (key, value) in config { pairs[try ConfigKey(validating: key)] = value }
        return line(format.text(of: pairs))
    }
}

extension DockerOption {
    /// Its value as it was written.
    fileprivate var value: String? {
        guard let words = try? ShellWords.split(description), let first = words.first else { return nil }
        if words.count > 1 { return words[1] }
        return first.firstIndex(of: "=").map { String(first[first.index(after: $0)...]) }
    }
}
