public import CairnCore
public import CairnStore
import CairnNginx
import CairnPlugins
import DockerEngine
import Foundation
import LibGit

extension Platform {
    /// Makes an app: its row, its empty repository, and a domain below each of the host's.
    ///
    /// - Throws: `E-NAME-TAKEN`.
    @discardableResult
    public func createApp(_ name: AppName, reporter: any ProgressReporter) async throws -> App {
        reporter.step("Creating \(name)...")
        let app = try store.createApp(name)
        do {
            try CompatibilityTree(settings: settings, store: store).forget(name)
            try makeRepository(of: name)
            try await addDefaultDomains(to: app, reporter: reporter)
            try await triggers.fire(.postCreate, name.rawValue, reporter: reporter)
        } catch {
            try? FileManager.default.removeItem(atPath: settings.repository(of: name))
            try removeLinks(to: app, reporter: reporter)
            try store.deleteApp(app)
            throw error
        }
        try store.addEvent("created", app: name, actor: actor, "")
        return app
    }

    /// Makes the app's bare repository, if it is not there.
    public func makeRepository(of name: AppName) throws {
        let path = settings.repository(of: name)
        if FileManager.default.fileExists(atPath: path + "/HEAD") { return }
        do {
            try Repository.initializeBare(at: path, hooksPath: settings.hooks)
        } catch let error as GitError {
            throw CairnError(
                .git, "The repository \(path) cannot be made: \(error.message)",
                hint: "Check the owner and the free space of the state root.")
        }
    }

    /// `<app>.<domain>` for each of the host's domains, or what plugins choose instead; an app whose name has a dot is taken
    /// for a domain itself.
    public func defaultDomains(of name: AppName) async throws -> [Domain] {
        if name.rawValue.contains("."), let domain = try? Domain(validating: name.rawValue) { return [domain] }
        var domains: [Domain] = []
        for domain in try store.globalDomains() {
            let answer = try await triggers.ask(.nginxHostname, name.rawValue, name.rawValue, domain.rawValue)
            let chosen = try PluginAnswer(answer, to: .nginxHostname).value { text throws(CairnError) in
                try Domain(validating: text)
            }
            domains.append(try chosen ?? Domain(validating: "\(name).\(domain)"))
        }
        return domains
    }

    private func addDefaultDomains(to app: App, reporter: any ProgressReporter) async throws {
        for domain in try await defaultDomains(of: app.name) {
            if let owner = try store.owner(of: domain) {
                reporter.warning("The domain \(domain) belongs to the app \(owner); \(app.name) starts without it")
            } else {
                try store.addDomains([domain], to: app)
            }
        }
    }

    /// Removes an app and everything that belongs to it: routes, containers, network, images, repository, rows.
    public func destroyApp(_ app: App, reporter: any ProgressReporter) async throws {
        try await withLock(app, operation: "apps:destroy", reporter: reporter) { app in
            reporter.step("Destroying \(app.name) (including all add-ons)")
            try await triggers.fire(.preDelete, app.name.rawValue, Self.imageTag, reporter: reporter)
            try await tellSchedulerOfEnd(of: app, reporter)
            // Should this be interrupted, nothing is to be brought back.
            try store.setDesiredState(.stopped, of: app)
            try await nginx.setEndpoints([:], for: app.name)
            try await nginx.remove(app: app.name)
            try await removeContainers(of: app)
            try await removeNetwork(of: app)
            try await triggers.fire(.proxyClearConfig, app.name.rawValue, reporter: reporter)
            try await tellTasks(of: app, reporter: reporter)
            _ = try? await schedules(.schedulerPostDelete, of: app, [Self.imageTag], reporter: reporter)
            try await withdrawOwnImage(of: app)
            try await removeImages(of: app, keeping: 0)
            for path in [settings.repository(of: app.name), settings.buildLogs(of: app.name)] {
                try removeTree(path)
            }
            try removeLinks(to: app, reporter: reporter)
            try store.deleteApp(app)
            try await triggers.fire(.postDelete, app.name.rawValue, Self.imageTag, reporter: reporter)
            try CompatibilityTree(settings: settings, store: store).forget(app.name)
        }
        try store.addEvent("destroyed", app: app.name, actor: actor, "")
    }

    /// An app whose scheduler is gone can be destroyed all the same.
    private func tellSchedulerOfEnd(of app: App, _ reporter: any ProgressReporter) async throws {
        do { _ = try await schedules(.schedulerStop, of: app, ["true"], reporter: reporter) } catch let error
            as CairnError
            where error.code == .notFound
        {
            reporter.warning(error.message)
        }
    }

    private func removeContainers(of app: App) async throws {
        for kind in ["instance", "task", "run"] {
            for container in try await containers(of: app, kind: kind) { try await removeContainer(container.id) }
        }
        for instance in try store.instances(of: app) { try store.removeInstance(instance) }
    }

    private func removeTree(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch {
            throw CairnError(.io, "\(path) cannot be removed: \(error)", hint: "Check its owner, then try again.")
        }
    }

    /// Gives an app another name. Its repository and rows move, domains below the host's follow, and new containers take
    /// over under the new name.
    ///
    /// - Throws: `E-NAME-TAKEN`, or what nginx refuses; the app has its old name then.
    public func renameApp(
        _ app: App, to name: AppName, deploys: Bool = true, reporter: any ProgressReporter
    ) async throws {
        try await withLock(app, operation: "apps:rename", reporter: reporter) { app in
            reporter.step("Renaming \(app.name) to \(name)")
            try await moveApp(app, to: name, reporter)
            try await withdrawOwnImage(of: app)
            try await tellOfEnd(of: app.name, renamedTo: name, reporter)
        }
        let renamed = try store.app(name)
        if deploys && renamed.isDeployed && renamed.desiredState == .running {
            try await restart(renamed, reporter: reporter)
        }
        try store.addEvent("renamed", app: name, actor: actor, "was \(app.name)")
        await updateClients(of: renamed, reporter: reporter)
    }

    /// The rows, then nginx. What nginx refuses takes the old name back; an nginx that is down will serve the new one.
    private func moveApp(_ app: App, to name: AppName, _ reporter: any ProgressReporter) async throws {
        let domains = try store.domains(of: app)
        let defaults = (old: try await defaultDomains(of: app.name), new: try await defaultDomains(of: name))
        try renameRows(of: app, to: name, defaults)
        let renamed = try store.refresh(app)
        do {
            // Plugins know a rename as a new app that takes over from the old one, which then goes.
            try await triggers.fire(.postCreate, name.rawValue, reporter: reporter)
            try await triggers.fire(.postAppRenameSetup, app.name.rawValue, name.rawValue, reporter: reporter)
            try await reroute(renamed, formerly: app.name)
        } catch {
            try await takeBackName(app, from: name, domains, after: error)
            throw error
        }
    }

    /// The old name is gone. The app itself is not, so nothing of what plugins do about it is asked for.
    private func tellOfEnd(of old: AppName, renamedTo new: AppName, _ reporter: any ProgressReporter) async throws {
        for trigger in [Trigger.preDelete, .postDelete] {
            let gone = Trigger(trigger.name, .advisory)
            try await triggers.fire(gone, old.rawValue, Self.imageTag, reporter: reporter)
        }
        try CompatibilityTree(settings: settings, store: store).forget(old)
        try await triggers.fire(.postAppRename, old.rawValue, new.rawValue, reporter: reporter)
    }

    private func renameRows(of app: App, to name: AppName, _ defaults: (old: [Domain], new: [Domain])) throws {
        try store.renameApp(app, to: name)
        try moveTrees(from: app.name, to: name)
        let renamed = try store.refresh(app)
        let removed = try store.removeDomains(defaults.old, from: renamed)
        if !removed.isEmpty { try store.addDomains(defaults.new, to: renamed) }
    }

    private func takeBackName(
        _ app: App, from name: AppName, _ domains: [Domain], after error: any Error
    ) async throws {
        if let error = error as? CairnError, error.code == .nginxDown { return }
        try store.renameApp(store.refresh(app), to: app.name)
        if app.isDeployed { try refreshServices(of: store.refresh(app), mappings: portMappings(of: app)) }
        try moveTrees(from: name, to: app.name)
        try store.setDomains(domains, of: app)
        try? await nginx.setEndpoints([:], for: name)
    }

    private func moveTrees(from old: AppName, to new: AppName) throws {
        for (from, to) in [
            (settings.repository(of: old), settings.repository(of: new)),
            (settings.buildLogs(of: old), settings.buildLogs(of: new)),
        ] where FileManager.default.fileExists(atPath: from) {
            guard rename(from, to) == 0 else {
                throw CairnError(.io, "\(from) cannot be moved: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Makes a copy of an app: config, settings, scale and code, but neither its domains nor its certificate.
    public func cloneApp(_ app: App, to name: AppName, deploys: Bool = true, reporter: any ProgressReporter)
        async throws
    {
        reporter.step("Cloning \(app.name) to \(name)")
        let copy = try await createApp(name, reporter: SilentReporter())
        try store.copyProperties(from: app.name, to: name)
        try store.setScale(store.scale(of: app), of: copy)
        try copyRepository(from: app.name, to: name)
        try await setUp(copy, from: app.name, reporter)
        if deploys, app.isDeployed { try await rebuild(copy, reporter: reporter) }
        try await triggers.fire(
            .postAppClone, arguments: [app.name.rawValue, name.rawValue],
            environment: deploys ? [:] : ["SKIP_REBUILD": "true"], reporter: reporter)
    }

    /// Lets plugins copy what they keep about the app. A copy that they refuse is removed again.
    private func setUp(_ copy: App, from name: AppName, _ reporter: any ProgressReporter) async throws {
        do {
            try await triggers.fire(.postAppCloneSetup, name.rawValue, copy.name.rawValue, reporter: reporter)
        } catch {
            try? await destroyApp(copy, reporter: SilentReporter())
            throw error
        }
    }

    private func copyRepository(from old: AppName, to new: AppName) throws {
        let files = FileManager.default
        let (from, to) = (settings.repository(of: old), settings.repository(of: new))
        guard files.fileExists(atPath: from) else { return }
        do {
            try removeTree(to)
            try files.copyItem(atPath: from, toPath: to)
        } catch let error as CocoaError {
            throw CairnError(
                error.code == .fileWriteOutOfSpace ? .diskFull : .io,
                "The repository of \(old) cannot be copied: \(error.localizedDescription)")
        }
    }
}
