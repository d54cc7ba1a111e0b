import CairnCore
import CairnPlugins
import CairnStore
import Foundation
import LibGit

extension NativeTriggers {
    /// What apps there are, and what runs of them.
    static let apps: [String: Answer] = [
        "app-list": { try await appList($0) },
        "app-exists": { request in
            _ = try request.app()
            return ""
        },
        "app-create": { request in
            try await request.platform.createApp(
                AppName(validating: request.argument(0)), reporter: request.reporter)
            return ""
        },
        "app-maybe-create": { request in
            let name = try AppName(validating: request.argument(0))
            if try request.store.findApp(name) == nil {
                try await request.platform.createApp(name, reporter: request.reporter)
            }
            return ""
        },
        "app-destroy": { request in
            try await request.platform.destroyApp(request.app(), reporter: request.reporter)
            return ""
        },
        "app-json-get-content": { request in
            try request.store.currentRelease(of: request.app())?.content.appJSON ?? ""
        },
        "procfile-exists": { request in
            let release = try request.store.currentRelease(of: request.app())
            guard release?.content.commands.isEmpty == false else { throw request.no("There is no Procfile") }
            return ""
        },
        "procfile-get-command": { try command($0) },
        "ps-current-scale": { request in
            let scale = try request.store.fullScale(of: request.app())
            return lines(scale.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        },
        "ps-can-scale": { _ in "" },
        "ps-set-scale": { try await setScale($0) },
        "git-revision": { request in
            let release = try request.store.currentRelease(of: request.app())
            return release?.content.revision.map(line) ?? ""
        },
        "git-deploy-branch": { request in
            line(try request.store.effectiveProperties("git", of: request.app().name)["deploy-branch"] ?? "main")
        },
        "git-has-code": { request in
            let branch = request.argument(1)
            _ = try request.platform.storedSource(of: request.app(), branch: branch.isEmpty ? nil : branch)
            return ""
        },
        "scheduler-detect": { request in
            if request.argument(0) == "--global" {
                return line(try request.store.property("scheduler", "selected", in: .global) ?? Scheduler.own)
            }
            let selected = try request.store.effectiveProperties("scheduler", of: request.app().name)["selected"]
            return line(selected ?? Scheduler.own)
        },
        "scheduler-app-status": { request in
            guard isForCairn(request) else { return "" }
            let status = try await request.platform.status(of: request.app(1))
            return line("\(status.instances.count) \(status.running.rawValue)")
        },
        "scheduler-inspect": { request in
            guard isForCairn(request) else { return "" }
            return line(try await request.platform.inspection(of: request.app(1)).text)
        },
        "scheduler-is-deployed": { request in
            guard isForCairn(request) else { return "" }
            guard try request.app(1).isDeployed else { throw request.no("The app has not been deployed") }
            return ""
        },
    ]

    /// A question to schedulers begins with the name of the one that is meant.
    private static func isForCairn(_ request: Request) -> Bool { request.argument(0) == Scheduler.own }

    /// `[FILTERED]`
    private static func appList(_ request: Request) async throws -> String {
        let names = try request.store.appNames()
        guard request.argument(0) != "false", let plugins = request.platform.triggers as? PluginDispatcher else {
            return lines(names)
        }
        return lines(try await plugins.visible(names, reporter: request.reporter))
    }

    /// `APP TYPE PORT`
    private static func command(_ request: Request) throws -> String {
        let app = try request.app()
        let type = request.argument(1)
        guard let release = try request.store.currentRelease(of: app), let command = release.content.commands[type]
        else { throw request.no("The Procfile has no process type \(type.excerpt())") }
        var environment = release.environment(of: app)
        environment["PORT"] = request.argument(2)
        switch try ProcessCommand(command, environment: environment) {
        case .words(let words): return line(words.map(ShellWords.quote).joined(separator: " "))
        case .shell(let text): return line(text)
        }
    }

    /// `APP SKIP-DEPLOY CLEAR-EXISTING TYPE=COUNT...`
    private static func setScale(_ request: Request) async throws -> String {
        let scale = try Scale(parsing: Array(request.arguments.dropFirst(3)))
        try await request.platform.scale(
            request.app(), to: scale.quantities, deploys: request.argument(1) != "true", reporter: request.reporter)
        return ""
    }
}
