import CairnBuild
public import CairnCore
public import CairnStore

/// The keys of the namespace `buildpacks`.
public enum BuildpackProperty {
    public static let namespace = "buildpacks"
    /// The list, one on a line.
    public static let list = "list"
    public static let stack = "stack"
    public static let runStack = "run-stack"
    public static let authorities = "ca-certificates"
    public static let timeLimit = "time-limit"
    /// By the variable that each of them becomes.
    public static let proxies = ["HTTP_PROXY": "http-proxy", "HTTPS_PROXY": "https-proxy", "NO_PROXY": "no-proxy"]
    /// How often the app's cache was thrown away; set by Cairn only.
    static let cacheGeneration = "cache-generation"
    /// What the names of the caches are made of; set by Cairn only, and shown by nothing.
    static let cacheSecret = "cache-secret"
}

extension Platform {
    /// What a build of the app by buildpacks needs to know.
    ///
    /// - Parameter startingOver: With an empty cache.
    func buildpackSettings(of app: App, startingOver: Bool = false) throws -> BuildpackSettings {
        if startingOver { try startCacheOver(of: app) }
        var result = BuildpackSettings(
            directory: settings.share + "/buildpacks", cacheDirectory: settings.buildpackCopies)
        let properties = try store.effectiveProperties(BuildpackProperty.namespace, of: app.name)
        result.list = try buildpacks(of: app)
        result.config = try store.mergedConfig(of: app.name)
        result.cacheID = try buildCacheID(of: app)
        result.access = GitAccess(root: settings.root)
        result.stack = properties[BuildpackProperty.stack]
        result.runStack = properties[BuildpackProperty.runStack]
        result.caCertificates = properties[BuildpackProperty.authorities]
        result.proxies = proxies(properties, config: result.config)
        if let seconds = properties[BuildpackProperty.timeLimit].flatMap(Int.init) { result.timeLimit = seconds }
        return result
    }

    /// What git and curl are told when they fetch something for the app from other hosts.
    public func remoteVariables(of app: App) throws -> [String: String] {
        try buildpackSettings(of: app).remoteVariables
    }

    func packSettings(of app: App) throws -> PackSettings {
        var result = PackSettings()
        let properties = try store.effectiveProperties("builder-pack", of: app.name)
        if let image = properties["builder"] { result.builder = image }
        result.projectFile = try properties["projecttoml-path"].map { try RelativePath(validating: $0) }
        result.engineSocket = settings.engineSocket
        return result
    }

    /// The buildpacks that were set for the app.
    public func buildpacks(of app: App) throws(CairnError) -> [String] {
        let text = try store.property(BuildpackProperty.namespace, BuildpackProperty.list, in: .app(app.name))
        return text?.split(separator: "\n").map(String.init) ?? []
    }

    /// Settings go before config vars.
    private func proxies(_ properties: [String: String], config: [String: String]) -> [String: String] {
        var result: [String: String] = [:]
        for (variable, key) in BuildpackProperty.proxies {
            result[variable] = properties[key] ?? config[variable] ?? config[variable.lowercased()]
        }
        return result
    }

    // MARK: The cache

    /// The name of the cache that BuildKit keeps for the app. A Dockerfile of another app could mount any cache whose name
    /// it knows, so this one cannot be guessed. The row's id keeps it through a renaming of the app.
    public func buildCacheID(of app: App) throws -> String {
        let secret = try store.secret(BuildpackProperty.namespace, BuildpackProperty.cacheSecret)
        let parts = "\(secret)/\(app.id)/\(try cacheGeneration(of: app))"
        return "cairn-\(SHA256.hexadecimal(Array(parts.utf8)))"
    }

    private func cacheGeneration(of app: App) throws -> Int {
        try store.property(BuildpackProperty.namespace, BuildpackProperty.cacheGeneration, in: .app(app.name))
            .flatMap(Int.init) ?? 0
    }

    private func startCacheOver(of app: App) throws {
        try store.setProperty(
            BuildpackProperty.namespace, BuildpackProperty.cacheGeneration, to: "\(cacheGeneration(of: app) + 1)",
            in: .app(app.name))
    }

    /// Forgets what earlier builds of the app have left for later ones, and frees its space.
    ///
    /// - Throws: `E-DEPLOY-LOCKED` while the app is being built.
    public func purgeBuildCache(of app: App, reporter: any ProgressReporter) async throws {
        try await withLock(app, operation: "repo:purge-cache", reporter: reporter) { app in
            let old = try buildpackSettings(of: app)
            try startCacheOver(of: app)
            try await BuildpackCache(settings: old).empty(on: engine, app: app.name)
        }
    }
}

extension HostSettings {
    /// Where bare copies of fetched buildpacks are.
    var buildpackCopies: String { root + "/buildpacks" }
}

extension BuildSettings {
    /// What the source's app.json says about the build: buildpacks, and config vars that the deploy is going to set. Those
    /// that are made up are left out, as they would be others.
    ///
    /// - Throws: `E-INVALID-VALUE` when a required variable has no value, before anything is built.
    mutating func adopt(_ appJSON: AppJSON, isFirstDeploy: Bool) throws {
        buildpacks.declared = appJSON.buildpacks
        let declared = DeclaredConfig(declared: appJSON.env, isFirstDeploy: isFirstDeploy)
        for pair in try declared.additions(to: buildpacks.config) where appJSON.env[pair.key]?.generator == nil {
            buildpacks.config[pair.key.rawValue] = pair.value
        }
    }

    /// A Dockerfile goes before buildpacks, which whoever has set them should know.
    func warnAboutUnusedBuildpacks(_ builder: any Builder, _ reporter: any ProgressReporter) {
        guard builder.name == "dockerfile", selectedBuilder == nil, !buildpacks.list.isEmpty else { return }
        reporter.warning(
            "The source has a Dockerfile, so its buildpacks are not used: to use them, set the builder to buildpacks.")
    }
}

extension BuiltImage {
    /// What the release keeps of the build.
    var notes: Release.BuildNotes {
        let entry: Release.BuildNotes.Entry = buildpacks != nil ? .buildpacks : builder == "pack" ? .launcher : .image
        return Release.BuildNotes(
            entry: entry, steps: steps, cachedSteps: cachedSteps, buildpacks: buildpacks?.buildpacks ?? [],
            config: buildpacks?.config ?? [:])
    }
}

extension ControlFiles {
    /// Adds the process types that the buildpacks propose to those of the Procfile, which go before them.
    ///
    /// - Throws: `E-BUILD-FAILED` when nobody says what to run.
    mutating func adopt(_ image: BuiltImage, _ reporter: any ProgressReporter) throws {
        guard let facts = image.buildpacks else { return }
        let own = procfile?.commands ?? [:]
        let added = facts.processTypes.filter { own[$0.key] == nil }
        reporter.step("Discovering process types")
        if !own.isEmpty {
            reporter.detail("Procfile declares types     -> \(own.keys.sorted().joined(separator: ", "))")
        }
        if !added.isEmpty {
            reporter.detail("Default types for buildpack -> \(added.keys.sorted().joined(separator: ", "))")
        }
        let all = added.merging(own) { _, own in own }
        guard !all.isEmpty else {
            throw CairnError(
                .buildFailed,
                "Nothing says how the app is started: there is no Procfile, and its buildpacks propose nothing",
                hint: "Add a file 'Procfile' with a line such as 'web: ./server --port $PORT'.")
        }
        if !added.isEmpty { procfile = try Procfile(commands: all) }
    }
}

extension Procfile {
    /// The file that names these commands.
    init(commands: [String: String]) throws {
        let entries = commands.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        try self.init(parsing: entries.joined(separator: "\n") + "\n")
    }
}
