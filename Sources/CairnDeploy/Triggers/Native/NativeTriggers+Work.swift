import CairnCore
import CairnNginx
import CairnPlugins
import CairnStore

extension NativeTriggers {
    /// What plugins ask to be done.
    static let work: [String: Answer] = [
        "app-restart": { request in
            let app = try request.app()
            guard app.isDeployed, app.desiredState == .running else { return "" }
            try await request.platform.restart(app, reporter: request.reporter)
            return ""
        },
        "deploy": { request in
            let type = request.argument(2)
            try await request.platform.restart(
                request.app(), process: type.isEmpty ? nil : ProcessType(validating: type), reporter: request.reporter)
            return ""
        },
        "release-and-deploy": { request in
            _ = try await request.platform.redeploy(
                request.app(), description: "Deployed again by a plugin", reporter: request.reporter)
            return ""
        },
        "receive-app": { request in
            _ = try await request.platform.rebuild(request.app(), reporter: request.reporter)
            return ""
        },
        "ports-set-detected": { request in
            let mappings = try request.arguments.dropFirst().map { try PortMapping(parsing: $0) }
            try request.platform.setDetectedPorts(mappings, of: request.app())
            return ""
        },
        "proxy-clear-config": { request in
            let apps = request.argument(0) == "--all" ? try request.store.apps() : [try request.app()]
            for app in apps { try await request.platform.nginx.remove(app: app.name) }
            return ""
        },
    ]
}
