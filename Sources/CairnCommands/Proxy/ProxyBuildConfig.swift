import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct ProxyBuildConfig: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "proxy:build-config", "Bring nginx in line with what is stored about an app.", usage: "(<app> | --all)")

    @Flag(help: "Every app.") var all = false
    @Option(help: ArgumentHelp("Accepted for scripts; apps are routed one after the other.", visibility: .hidden))
    var parallel: Int?
    @Argument(help: "The app.") var app: String?

    func run(in context: CommandContext) async throws {
        guard all else {
            let app = try context.app(app ?? "")
            try await route(app, context)
            return context.output.step("\(app.name) is routed as stored")
        }
        var failures: [CairnError.Code] = []
        for app in try await context.visibleApps() {
            context.output.step("Running proxy:build-config against app \(app.name)")
            do { try await route(app, context) } catch {
                failures.append((error as? CairnError)?.code ?? .internalFailure)
                _ = ErrorPrinter(output: context.output).print(error)
            }
        }
        guard let code = failures.first else { return }
        throw CairnError(
            code, "proxy:build-config command returned \(failures.count) error\(failures.count == 1 ? "" : "s")",
            hint: "The apps that failed are served as before.")
    }

    /// Called by a plugin as the work of the trigger of this name, it does not fire it again.
    private func route(_ app: App, _ context: CommandContext) async throws {
        let isAsked = context.environment["CAIRN_TRIGGER"] == "proxy-build-config"
        try await context.platform().route(app, tellsPlugins: !isAsked, reporter: context.reporter)
    }
}

struct ProxyEnable: CairnCommand {
    static let configuration = CommandConfiguration.cairn("proxy:enable", "Let requests through to an app.")
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        try await ProxySwitch(disables: false).run(app, context)
    }
}

struct ProxyDisable: CairnCommand {
    static let configuration = CommandConfiguration.cairn("proxy:disable", "Let no request through to an app.")
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        try await ProxySwitch(disables: true).run(app, context)
    }
}

private struct ProxySwitch {
    let disables: Bool

    func run(_ name: String, _ context: CommandContext) async throws {
        let app = try context.app(name)
        let store = try context.store()
        let old = try store.property("proxy", "disabled", in: .app(app.name))
        guard (old == "true") != disables else {
            return context.output.step("Proxy is already \(disables ? "disabled" : "enabled") for app")
        }
        context.output.step("\(disables ? "Disabling" : "Enabling") proxy for app")
        try store.setProperty("proxy", "disabled", to: disables ? "true" : nil, in: .app(app.name))
        try await context.reroute(app) { try store.setProperty("proxy", "disabled", to: old, in: .app(app.name)) }
    }
}
