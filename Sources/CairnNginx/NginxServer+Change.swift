import CairnCore
import CairnFiles
import SystemPackage

extension NginxServer {
    /// Makes the sites of the next generation from those of the one in force.
    typealias Proposal = @Sendable (ChangeContext, Generation) async throws -> [AppName: Site]

    /// Makes a change and returns when nginx runs with it. `app` is whose site changes, nil when it is all of them or none.
    func change(_ app: AppName?, adoptsMode: Bool = false, _ propose: @escaping Proposal) async throws -> Change {
        let (target, isNew) = try await withFileLock(layout.configurationLock) {
            try await self.commit(app, adoptsMode, propose)
        }
        do {
            let hasReloaded = try await withFileLock(layout.reloadLock) { try await self.reload(target) }
            if let app { forgetOldVersions(of: app) }
            return isNew || hasReloaded ? .installed : .unchanged
        } catch is SharedReloadFailed {
            return try await changeAlone(app, adoptsMode, propose)
        }
    }

    /// Makes the change again while nobody else can, after a reload that served several changes has failed: one of them
    /// was at fault, and each is now tried by itself.
    private func changeAlone(_ app: AppName?, _ adoptsMode: Bool, _ propose: @escaping Proposal) async throws -> Change
    {
        try await withFileLock(layout.reloadLock) {
            try await withFileLock(self.layout.configurationLock) {
                let (target, _) = try await self.commit(app, adoptsMode, propose)
                do {
                    _ = try await self.reload(target, holdsConfiguration: true)
                } catch is SharedReloadFailed {
                    throw self.reloadFailure(evidence: [])
                }
            }
        }
        return .installed
    }

    /// Stages, tests and switches to the next generation. Afterwards it is what nginx reads at its next reload or start.
    ///
    /// - Returns: the generation that nginx must run for the change to be in force, and whether it is a new one.
    private func commit(
        _ app: AppName?, _ adoptsMode: Bool, _ propose: Proposal
    ) async throws -> (target: Target, isNew: Bool) {
        let live = liveGeneration()
        let base = live?.generation ?? Generation(number: 0, mode: .reload)
        // A state directory that was put back from a backup may be behind the nginx that runs.
        let number = max(base.number, await control.generation() ?? 0) + 1
        let context = try await context(for: number, live: base, adoptsMode: adoptsMode)
        var next = Generation(number: base.number, mode: context.mode)
        next.sites = try await propose(context, base)
        let content = try render(next, context)
        let site = app.flatMap { next.sites[$0] }
        if let live, live.text == next.text(content) {
            return (Target(number: live.generation.number, app: app, site: site, pidFile: context.pidFile), false)
        }
        next.number = number
        do {
            try Files.write(next.text(content), to: layout.generation(number))
            try await test(context)
            try Files.link(layout.live, to: "generations/\(number).conf")
        } catch {
            discard(next, replacing: base)
            throw error
        }
        return (Target(number: number, app: app, site: site, pidFile: context.pidFile), true)
    }

    /// The text of a generation but for its number.
    func render(_ generation: Generation, _ context: ChangeContext) throws -> String {
        let free = GenerationRenderer.hashSizeDirectives.filter {
            !context.configuration.httpDirectives.contains($0.key)
        }
        let renderer = GenerationRenderer(
            host: host, version: context.build.version, templates: context.templates,
            luaDirectory: try writeLua().string,
            hashSizes: free.map { "\($0.key) \($0.value)" }.sorted())
        return renderer.render(
            generation, endpoints: EndpointTable(parsing: Files.readIfPresent(layout.endpoints) ?? ""))
    }

    /// Tests the whole configuration as it would be. The path nginx is given is always the same, so that a sudo rule can
    /// allow just that.
    private func test(_ context: ChangeContext) async throws {
        let directory = host.mainConfiguration.removingLastComponent()
        // Relative names in the host's files belong to the directory of the main file: make the stage look like it.
        for name in Files.entries(directory) where name != "nginx.conf" {
            let link = layout.stage.appending(name)
            let original = directory.appending(name).string
            if Files.linkTarget(link) != original { try Files.link(link, to: original) }
        }
        for (file, text) in context.configuration.staged.sorted(by: { $0.key.string < $1.key.string }) {
            try Files.writeIfChanged(text, to: file, isLasting: false)
        }
        try await process.test(layout.stagedMain)
    }

    /// Removes the files of a generation that never came into force.
    private func discard(_ refused: Generation, replacing base: Generation) {
        Files.remove(layout.generation(refused.number))
        for (app, site) in refused.sites where site.version != nil && site.version != base.sites[app]?.version {
            site.file(in: layout).map { Files.remove(FilePath($0)) }
        }
    }

    /// The generation that nginx reads at its next reload.
    func liveGeneration() -> (generation: Generation, text: String)? {
        guard let text = Files.readIfPresent(layout.live), let generation = Generation(parsing: text) else {
            return nil
        }
        return (generation, text)
    }

    /// Puts the Lua module into a directory named by its content, so that a generation keeps the one it was made with.
    private func writeLua() throws -> FilePath {
        let directory = layout.lua.appending(Fingerprint.of(Templates.lua))
        try Files.makeDirectory(directory)
        try Files.writeIfChanged(Templates.lua, to: directory.appending("cairn.lua"))
        return directory
    }
}

/// What nginx must run for a change to be in force.
struct Target: Sendable {
    let number: Int
    let app: AppName?
    /// The app's site as it was committed; nil when it was taken out.
    let site: Site?
    let pidFile: FilePath
}

/// A reload that served the changes of several processes did not come about, and all of them were taken back.
struct SharedReloadFailed: Error {}
