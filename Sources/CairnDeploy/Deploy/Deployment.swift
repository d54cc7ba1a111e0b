import CairnBuild
import CairnCore
import CairnPlugins
import CairnStore
import DockerEngine
import Foundation

/// One deploy, from the source or from an existing release to running copies. Its lock is held by the caller.
struct Deployment {
    let platform: Platform
    let app: App
    let buildID: String
    let options: DeployOptions
    let reporter: any ProgressReporter
    let phases = PhaseClock()

    private var store: Store { platform.store }
    private var plugins: DeployTriggers { DeployTriggers(platform: platform, app: app, reporter: reporter) }
    var afterCommit: AfterCommit { AfterCommit(platform, app, reporter) }

    // MARK: From a source

    func deploy(_ source: Source) async throws -> Release {
        if let precondition = options.precondition { try precondition(app) }
        try await platform.checkHost()
        try await plugins.received(source)
        let equipped = try await EquippedSource.of(source, for: app, on: platform)
        defer { equipped.remove() }
        let source = equipped.source
        let directory = try await WorkDirectory.of(source, on: platform, reporter: reporter)
        defer { directory?.remove() }
        let release = try await deploy(directory?.source(source) ?? source, in: directory)
        await afterCommit.attempt("source") { try imageSource.note(source) }
        return release
    }

    private var imageSource: ImageSource { ImageSource(platform: platform, app: app) }

    /// What else belongs to a deploy that has succeeded.
    func conclude(_ release: Release) {
        do { try options.conclusion?(release) } catch {
            reporter.warning("The new release of \(app.name) serves, but it could not be noted: \(error)")
        }
    }

    private func deploy(_ source: Source, in directory: WorkDirectory?) async throws -> Release {
        let place = directory?.path ?? ""
        try await plugins.extracted(place, source)
        var files = try await read(source, in: directory)
        platform.crashPoint.passed(.inspected)
        var settings = try buildSettings(source)
        try settings.adopt(files.appJSON, isFirstDeploy: !app.isDeployed)
        let image = try await build(source, settings, in: place)
        if try imageSource.isOne(source) { try await imageSource.complete(&files, from: image.id) }
        try files.adopt(image, reporter)
        platform.crashPoint.passed(.built)
        let imageID = try await plugins.didBuild(image, tag: settings.tag ?? image.id, in: place)
        let declared = try declaredConfig(files.appJSON)
        var content = Release.Content(
            source: source.kind.name, revision: source.revision, builder: image.builder,
            config: try store.mergedConfig(of: app.name), exposedPorts: image.tcpPorts)
        for pair in declared.pairs { content.config[pair.key.rawValue] = pair.value }
        content.commands = files.procfile?.commands ?? [:]
        content.appJSON = files.appJSONText
        content.build = image.notes
        content.revisionVariable = try store.property("git", "rev-env-var", in: .app(app.name))
        let tag = settings.tag ?? image.id
        return try await release(
            image: imageID, tag: tag, content: content, files: files, description: source.description,
            config: declared)
    }

    private func read(_ source: Source, in directory: WorkDirectory?) async throws -> ControlFiles {
        let paths = try ControlFilePaths(store: store, app: app.name)
        let files = try await phases.measure("read") { try await ControlFiles.read(from: source.tree, settings: paths) }
        files.appJSON.notices.forEach(reporter.warning)
        files.appJSON.unsupported.forEach(reporter.warning)
        try await plugins.check(files, at: paths.appJSON, in: directory)
        return files
    }

    private func buildSettings(_ source: Source) throws -> BuildSettings {
        var settings = try BuildSettings(
            buildID: buildID, store: store, app: app.name, config: store.mergedConfig(of: app.name))
        settings.noCache = settings.noCache || options.noCache
        settings.tag = "cairn/\(app.name):\(buildID)"
        settings.labels = try platform.labels(of: app, kind: "image")
        settings.buildpacks = try platform.buildpackSettings(of: app, startingOver: settings.noCache)
        settings.pack = try platform.packSettings(of: app)
        // An image has been built already, whatever else the app is built by.
        if try imageSource.isOne(source) { settings.selectedBuilder = DockerfileBuilder().name }
        return settings
    }

    private func build(_ source: Source, _ settings: BuildSettings, in directory: String) async throws -> BuiltImage {
        let builder = try await plugins.builder(for: source, settings, in: directory)
        settings.warnAboutUnusedBuildpacks(builder, reporter)
        var settings = settings
        settings.apply(
            try await plugins.willBuild(builder, source, in: directory), config: try store.mergedConfig(of: app.name))
        if let image = try await plugins.baseImage(for: builder, source, settings, in: directory) {
            settings.buildpacks.stack = image
        }
        return try await phases.measure("build") {
            try await builder.build(source, settings: settings, engine: platform.engine, reporter: reporter)
        }
    }

    /// The variables that app.json adds. They are the app's own from the commit on, so that a deploy that fails leaves its
    /// config as it was.
    private func declaredConfig(_ appJSON: AppJSON) throws -> ConfigChange {
        guard !appJSON.env.isEmpty else { return ConfigChange([]) }
        let declared = DeclaredConfig(declared: appJSON.env, isFirstDeploy: !app.isDeployed)
        let pairs = try declared.additions(to: store.mergedConfig(of: app.name))
        if !pairs.isEmpty {
            reporter.step("Setting config vars from app.json: \(pairs.map(\.key.rawValue).joined(separator: ", "))")
        }
        return ConfigChange(pairs)
    }

    // MARK: From an existing release

    /// Makes a release of an image that is there, with the given content. `config` is what becomes of the app's own
    /// variables when it is live.
    func redeploy(
        _ old: Release, content: Release.Content, description: String, runsRelease: Bool,
        config: ConfigChange = ConfigChange([])
    ) async throws -> Release {
        try await platform.checkHost()
        try await requireImage(of: old)
        let files = try ControlFiles(content: content)
        return try await release(
            image: old.imageID, tag: old.imageTag, content: content, files: files, description: description,
            config: config, runsTasks: runsRelease)
    }

    private func requireImage(of release: Release) async throws {
        do { _ = try await platform.engine.inspectImage(release.imageID) } catch let error as EngineError
            where error.isNotFound
        {
            throw CairnError(
                .notFound, "The image of v\(release.version) is no longer there",
                hint: "Push again to build it. How many releases keep theirs is set by releases:set keep.")
        } catch let error as EngineError {
            throw CairnError.engine(error, doing: "looking for the image of v\(release.version)")
        }
    }

    // MARK: The release and its rollout

    private func release(
        image: String, tag: String, content: Release.Content, files: ControlFiles, description: String,
        config: ConfigChange, runsTasks: Bool = true
    ) async throws -> Release {
        var release = try store.addRelease(
            of: app, imageID: image, imageTag: tag, content: content, description: description, actor: platform.actor)
        reporter.step("Releasing \(app.name) v\(release.version)")
        platform.crashPoint.passed(.released)
        await LifeTriggers(platform: platform, app: app, reporter: reporter).created(release)
        do {
            let app = try await appWithNetwork()
            if runsTasks {
                release = try await runTasks(release, files, app)
            } else {
                try await platform.offerImage(release.imageID, of: app)
            }
            platform.crashPoint.passed(.tasked)
            try await rollOut(release, files, config, app)
        } catch {
            try? store.failRelease(release, because: "\((error as? CairnError)?.message ?? "\(error)")")
            throw error
        }
        return await finish(release, files)
    }

    /// One-off containers run in the app's network too, so it is made before them.
    private func appWithNetwork() async throws -> App {
        if try await platform.networkExists(of: app) { return app }
        return try await phases.measure("network") { try await platform.makeNetwork(of: app) }
    }

    private func runTasks(_ release: Release, _ files: ControlFiles, _ app: App) async throws -> Release {
        var release = try await plugins.willRelease(release)
        let tasks = ReleaseTasks(platform: platform, app: app, reporter: reporter)
        let isNewImage = release.content.source != "config"
        if let line = files.appJSON.scripts.predeploy, isNewImage {
            let image = try await phases.measure("predeploy") {
                try await tasks.run(.predeploy, line, release: release, commits: true)
            }
            if let image { release = try store.setImage(image, of: release) }
        }
        if let line = files.procfile?[.release] {
            try await phases.measure("release") { _ = try await tasks.run(.release, line, release: release) }
        }
        if let line = files.appJSON.scripts.firstDeploy, !app.isDeployed {
            try await phases.measure("release") { _ = try await tasks.run(.firstDeploy, line, release: release) }
        }
        return try await plugins.didRelease(release)
    }

    private func rollOut(
        _ release: Release, _ files: ControlFiles, _ config: ConfigChange, _ app: App
    ) async throws {
        let scale = try wantedScale(files.appJSON)
        try await platform.askForRoutes(of: app, reporter: reporter)
        let mappings = try platform.portMappings(
            of: app, config: release.content.config, exposedPorts: release.content.exposedPorts)
        try await platform.triggers.fire(.preDeploy, app.name.rawValue, Platform.imageTag, reporter: reporter)
        let isOurs = try await platform.schedules(.schedulerDeploy, of: app, [Platform.imageTag], reporter: reporter)
        var rollout = Rollout(
            platform: platform, app: app, release: release, appJSON: files.appJSON,
            settings: try store.processSettings(of: app.name), mappings: mappings, reporter: reporter, phases: phases)
        rollout.scale = files.appJSON.fixesScale ? scale : nil
        rollout.config = config
        let plan = try await platform.plan(
            app, wanted: isOurs ? release.wanted(scale) : [],
            replaced: Set(release.processTypes).union(scale.keys))
        try await rollout.apply(plan)
    }

    /// The scale of the rows, and over it the formation of app.json.
    private func wantedScale(_ appJSON: AppJSON) throws -> [ProcessType: Int] {
        try store.scale(of: app).merging(appJSON.formation.compactMapValues(\.quantity)) { _, formation in formation }
    }

    /// What is left once the new release serves. It is no longer cancelled, and what fails here is reported but does not
    /// fail the deploy: ref and release have to agree.
    private func finish(_ release: Release, _ files: ControlFiles) async -> Release {
        await Task { [self] in
            let after = afterCommit
            await tellPlugins(of: release)
            if let line = files.appJSON.scripts.postdeploy {
                await after.attempt("postdeploy") {
                    let tasks = ReleaseTasks(platform: platform, app: try store.refresh(app), reporter: reporter)
                    try await phases.measure("postdeploy") {
                        _ = try await tasks.run(.postdeploy, line, release: release)
                    }
                }
            }
            await after.attempt("post-deploy") {
                try await platform.triggers.fire(
                    .postDeploy, app.name.rawValue, "", "", Platform.imageTag, reporter: reporter)
            }
            await after.attempt("retire") { try platform.arrangeRetirement() }
            platform.crashPoint.passed(.retired)
            var served = release
            await after.attempt("timings") {
                try store.setTimings(phases.timings, of: release)
                served = try store.release(id: release.id)
            }
            return served
        }.value
    }

    private func tellPlugins(of release: Release) async {
        let (after, name) = (afterCommit, app.name.rawValue)
        for process in release.processTypes {
            await after.attempt("scheduler-post-deploy-process") {
                try await platform.triggers.fire(
                    .schedulerPostDeployProcess, name, process.rawValue, reporter: reporter)
            }
        }
        await after.attempt("proxy-build-config") {
            try await platform.triggers.fire(.proxyBuildConfig, name, reporter: reporter)
        }
        await after.attempt("core-post-deploy") {
            try await platform.triggers.fire(.corePostDeploy, name, "", "", Platform.imageTag, reporter: reporter)
        }
        await after.attempt("scheduler-cron-write") { try await platform.tellTasks(of: app, reporter: reporter) }
    }
}

extension Release {
    /// The copies that the release runs at a scale; without a row, web runs once and anything else not at all.
    func wanted(_ scale: [ProcessType: Int]) -> [InstanceName] {
        processTypes.flatMap { process in
            (0..<(scale[process] ?? (process == .web ? 1 : 0))).map { InstanceName(process: process, index: $0 + 1) }
        }
    }

    /// The app.json and the Procfile of the release.
    func controlFiles() throws -> ControlFiles { try ControlFiles(content: content) }
}

extension AppJSON {
    /// What the file asks for and nobody does, said rather than dropped.
    fileprivate var unsupported: [String] {
        var sentences: [String] = []
        if healthChecks.values.joined().contains(where: { $0.onFailure != nil }) {
            sentences.append("app.json: onFailure of a check is not called.")
        }
        return sentences
    }
}

extension ControlFiles {
    init(content: Release.Content) throws {
        self.init()
        if let text = content.appJSON {
            appJSON = try AppJSON(parsing: Array(text.utf8), file: "app.json")
            appJSONText = text
        }
        if !content.commands.isEmpty {
            procfile = try Procfile(commands: content.commands)
        }
    }
}

extension Procfile {
    /// The commands by the name of their type.
    var commands: [String: String] { Dictionary(processes.map { ($0.type.rawValue, $0.command) }) { $1 } }
}
