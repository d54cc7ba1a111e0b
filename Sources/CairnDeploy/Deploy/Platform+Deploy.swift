public import CairnBuild
public import CairnCore
import CairnPlugins
public import CairnStore
import DockerEngine
import Foundation
import LibGit

/// How a deploy is to be done.
public struct DeployOptions: Sendable {
    /// Builds every step anew.
    public var noCache = false
    /// Stands in line when another deploy of the app runs, instead of failing.
    public var waitsForLock = false
    /// The build's id, for a deploy that has been announced under one; nil makes a new one.
    public var buildID: String?
    /// Asked with the lock held, before anything is built; what it throws ends the deploy.
    public var precondition: (@Sendable (App) throws -> Void)?
    /// Called with the lock held, when the release serves. What it throws is no failure of the deploy any more.
    public var conclusion: (@Sendable (Release) throws -> Void)?
    public init() {}
}

extension Platform {
    /// Builds the source, and replaces what runs by it. All or nothing: a deploy that fails leaves what serves alone.
    ///
    /// - Throws: What failed, with the evidence and what still serves; see `DeployFailure`.
    @discardableResult
    public func deploy(
        _ source: Source, of app: App, options: DeployOptions = DeployOptions(), reporter: any ProgressReporter
    ) async throws -> Release {
        try await run(source.kind.name, kind: "build", of: app, revision: source.revision, options, reporter) {
            try await $0.deploy(source)
        }
    }

    /// Builds again what the app's repository holds at the deploy branch, and deploys it.
    @discardableResult
    public func rebuild(
        _ app: App, options: DeployOptions = DeployOptions(), reporter: any ProgressReporter
    ) async throws -> Release {
        let source = try storedSource(of: app)
        return try await deploy(source, of: app, options: options, reporter: reporter)
    }

    /// The same image with the config of now, as a new release.
    @discardableResult
    public func redeploy(_ app: App, description: String, reporter: any ProgressReporter) async throws -> Release {
        let current = try requireRelease(of: app)
        return try await run(
            "config", kind: "deploy", of: app, revision: current.content.revision, DeployOptions(), reporter
        ) {
            var content = current.content
            content.source = "config"
            content.rollbackOf = nil
            content.revisionVariable = try store.property("git", "rev-env-var", in: .app(app.name))
            content.config = try store.mergedConfig(of: app.name)
            return try await $0.redeploy(current, content: content, description: description, runsRelease: true)
        }
    }

    /// Runs an old release again, as a new one: its image, its config, its processes; nothing is built.
    /// Without a version it is the one that served before the current one.
    @discardableResult
    public func rollback(_ app: App, to version: Int?, reporter: any ProgressReporter) async throws -> Release {
        let current = try requireRelease(of: app)
        let old = try rollbackTarget(version, of: app, current: current)
        return try await run(
            "rollback", kind: "deploy", of: app, revision: old.content.revision, DeployOptions(), reporter
        ) {
            var content = old.content
            content.source = "rollback"
            content.rollbackOf = old.version
            return try await $0.redeploy(
                old, content: content, description: "Rollback to v\(old.version)", runsRelease: false,
                config: restoredConfig(content.config))
        }
    }

    /// The source that the app's repository holds.
    ///
    /// - Throws: `E-NOT-DEPLOYED` when the deploy branch has no commit.
    public func storedSource(of app: App, branch: String? = nil) throws -> Source {
        let path = settings.repository(of: app.name)
        let branch = try branch ?? store.effectiveProperties("git", of: app.name)["deploy-branch"]
        do {
            let repository = try Repository(path: path)
            let found = try (branch.map { [$0] } ?? ["main", "master"]).lazy
                .compactMap { try repository.resolve("refs/heads/\($0)") }.first
            if let found {
                return Source(
                    app: app.name, kind: .rebuild, revision: found.description,
                    tree: GitSourceTree(repositoryPath: path, commit: found), description: "Rebuild \(found.short)")
            }
        } catch let error as GitError {
            throw CairnError(.git, "The repository of \(app.name) cannot be read: \(error.message)")
        }
        throw CairnError(
            .notDeployed,
            "Cannot build from '\(app.name)' as there are no commits stored at the branch \(branch ?? "main")",
            hint: "Push to it first.")
    }

    private func rollbackTarget(_ version: Int?, of app: App, current: Release) throws -> Release {
        if let version {
            let release = try store.release(version: version, of: app)
            guard release.status == .live || release.status == .superseded else {
                throw CairnError(
                    .notAllowed, "v\(version) never went live, so there is nothing to roll back to",
                    hint: "Run 'cairn releases \(app.name)' to see which did.")
            }
            return release
        }
        guard
            let previous = try store.releases(of: app).first(where: { $0.status == .superseded && $0.id < current.id })
        else {
            throw CairnError(
                .notFound, "\(app.name) has no earlier release to roll back to",
                hint: "v\(current.version) is its only one so far.")
        }
        return previous
    }

    /// As on Heroku, a rollback also takes back the app's config vars. The host's own are not the app's to change.
    private func restoredConfig(_ config: [String: String]) throws -> ConfigChange {
        let global = try store.config(.global)
        let pairs = try config.filter { global[$0.key] != $0.value }.map {
            try ConfigPair(key: ConfigKey(validating: $0.key), value: $0.value)
        }
        return ConfigChange(pairs, replaces: true)
    }

    func requireRelease(of app: App) throws -> Release {
        guard let release = try store.currentRelease(of: app) else {
            throw CairnError(
                .notDeployed, "App \(app.name) has not been deployed", hint: "Push to it: git push cairn main")
        }
        return release
    }

    // MARK: The frame of every deploy

    /// Takes the lock, keeps the record and the log, and tells the outcome.
    private func run(
        _ operation: String, kind: String, of app: App, revision: String?, _ options: DeployOptions,
        _ reporter: any ProgressReporter, _ body: (Deployment) async throws -> Release
    ) async throws -> Release {
        let buildID = options.buildID ?? BuildID.now().rawValue
        return try await withLock(
            app, operation: operation, buildID: buildID, waits: options.waitsForLock, isDeploy: true, reporter: reporter
        ) { app in
            let record = try BuildRecord.start(
                id: buildID, of: app, kind: kind, source: operation, revision: revision, platform: self)
            crashPoint.passed(.recorded)
            let deployment = Deployment(
                platform: self, app: app, buildID: buildID, options: options,
                reporter: TeeReporter([reporter, record.log]))
            let release: Release
            do {
                release = try await PluginEnvironment.$buildID.withValue(buildID) { try await body(deployment) }
            } catch {
                let failure = await DeployFailure(platform: self, app: app, phase: deployment.phases.current).explain(
                    error)
                record.fail(failure, deployment.phases.timings)
                await tellFailure(failure, buildID: buildID, of: app, deployment.reporter)
                throw failure
            }
            await conclude(release, deployment, record)
            crashPoint.passed(.finished)
            return release
        }
    }

    /// The release serves: this goes to its end, and what fails in it is a warning.
    private func conclude(_ release: Release, _ deployment: Deployment, _ record: BuildRecord) async {
        await Task {
            deployment.conclude(release)
            await deployment.afterCommit.attempt("build record") {
                try record.succeed(release, deployment.phases.timings)
            }
            await announce(release, deployment)
        }.value
    }

    /// Plugins hear of it also when the deploy was cancelled.
    private func tellFailure(
        _ failure: CairnError, buildID: String, of app: App, _ reporter: any ProgressReporter
    ) async {
        await Task {
            await LifeTriggers(platform: self, app: app, reporter: reporter).failed(buildID: buildID, failure)
        }.value
    }

    /// The deploy has succeeded: a plugin that cannot say where the app is reached does not make it fail.
    private func announcedURLs(of app: App, _ reporter: any ProgressReporter) async throws -> [String] {
        do { return try await shownURLs(of: app, reporter: reporter) } catch {
            reporter.warning((error as? CairnError)?.message ?? "\(error)")
            return try urls(of: app)
        }
    }

    private func announce(_ release: Release, _ deployment: Deployment) async {
        let (app, reporter, after) = (deployment.app, deployment.reporter, deployment.afterCommit)
        reporter.headline("Application deployed: v\(release.version)")
        await after.attempt("announcement") {
            let urls = try await announcedURLs(of: store.refresh(app), reporter)
            urls.forEach(reporter.detail)
            if urls.isEmpty {
                reporter.detail("It has no domain yet: cairn domains:add \(app.name) www.example.com")
            }
        }
        reporter.detail(PhaseClock.summary(deployment.phases.timings))
        let kind = release.content.rollbackOf == nil ? "deployed" : "rolled-back"
        await after.note(kind, "v\(release.version): \(release.description)")
        await LifeTriggers(platform: self, app: app, reporter: reporter).rolledBack(release)
    }
}
