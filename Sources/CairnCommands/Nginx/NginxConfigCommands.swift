import ArgumentParser
import CairnCore
import CairnDeploy
import CairnNginx
import CairnStore

struct NginxShowConfig: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "nginx:show-config", "Print what nginx has been told about an app.", aliases: ["nginx:show-conf"])

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        guard let text = try await context.platform().nginx.configuration(of: app.name) else {
            throw CairnError(
                .notFound, "No nginx.conf exists for \(app.name)",
                hint: "An app without a domain has none; add one: cairn domains:add \(app.name) www.example.com")
        }
        context.output.bytes(Array(text.utf8))
    }
}

struct NginxValidateConfig: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "nginx:validate-config", "Check that nginx runs with the configuration that is stored.",
        discussion: "Each configuration is tested before it is installed, so there is never a broken one to remove.",
        aliases: ["nginx:validate"])

    @Flag(help: ArgumentHelp("Accepted for scripts.", visibility: .hidden)) var clean = false
    @Argument(help: "Accepted for scripts: all apps are checked together.") var app: String?

    func run(in context: CommandContext) async throws {
        if let app { _ = try context.app(app) }
        let nginx = try context.platform().nginx
        try await nginx.bootstrap()
        let status = await nginx.status()
        guard let running = status.running else {
            throw CairnError(
                .nginxDown, "nginx does not run with Cairn's configuration",
                hint:
                    "Start it (systemctl start nginx); its configuration must include \(context.settings.nginxRoot)/cairn.conf."
            )
        }
        guard status.isCurrent else {
            throw CairnError(
                .nginxDown,
                "nginx runs with generation \(running) of the configuration, not with the one that is installed",
                hint: "Look at nginx's error log, then run: cairn proxy:build-config --all")
        }
    }
}
