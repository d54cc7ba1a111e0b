import CairnCore
import DockerEngine
import LibGit

/// One build with a certain list of buildpacks.
struct BuildpackRun: Sendable {
    let source: Source
    let settings: BuildSettings
    let stack: BuildStack
    /// Bundled buildpacks that a buildpack of the list runs by itself.
    let companions: [String]
    let reporter: any ProgressReporter

    private var own: BuildpackSettings { settings.buildpacks }
    private var proxies: ProxySettings { ProxySettings(own.proxies) }

    func build(
        _ references: [BuildpackReference], namedBy origin: String?, on engine: some BuildpackEngine
    ) async throws -> BuiltImage {
        let entries = try await entries(references, namedBy: origin)
        let authorities = try own.caCertificates.map { path throws(CairnError) in try Authorities.read(path) } ?? []
        let manifests = try manifests(references)
        let dockerfile = dockerfile(manifests, hasAuthorities: !authorities.isEmpty)
        let output = BuildpackOutput(reporter: reporter, titles: Self.titles(dockerfile))
        let context = BuildpackContext(
            source: source, settings: settings, entries: entries, companions: companions, areNamed: origin != nil,
            dockerfile: dockerfile.text,
            authorities: authorities, reporter: output)
        let labels = entries.map(\.label)
        let build = ImageBuild(
            source: source, builder: "buildpacks", dockerfile: try RelativePath(validating: "Dockerfile"),
            options: options(entries), reporter: output,
            explain: { BuildpackFailure(failure: $0, labels: labels).error })
        var image = try await build.run(context: try context.archive(), on: engine)
        do { image.buildpacks = try await facts(of: image, entries, on: engine) } catch {
            // No release is going to name it. Another name of the same image, of an earlier build, stays.
            let tag = tag
            await Task { try? await engine.removeImage(tag, force: false) }.value
            throw error
        }
        return image
    }

    // MARK: Before the build

    private func entries(
        _ references: [BuildpackReference], namedBy origin: String?
    ) async throws -> [BuildpackContext.Entry] {
        var entries: [BuildpackContext.Entry] = []
        for reference in references { entries.append(try await entry(reference)) }
        if let origin {
            reporter.step("Using the buildpack\(entries.count == 1 ? "" : "s") of \(origin):")
            for (index, entry) in entries.enumerated() { reporter.detail("\(index + 1). \(entry.record)") }
        }
        return entries
    }

    private func entry(_ reference: BuildpackReference) async throws -> BuildpackContext.Entry {
        let label = reference.shown
        switch reference {
        case .bundled(let name):
            _ = try BundledBuildpacks(directory: own.directory).manifest(named: name)
            return BuildpackContext.Entry(label: label, content: .bundled(name))
        case .archive(let url):
            reporter.detail("Downloading \(label)")
            let archive = BuildpackArchive(url: url, environment: own.remoteVariables)
            return BuildpackContext.Entry(label: label, content: .archive(try await archive.download()))
        case .git(let url, let revision):
            let repository = BuildpackRepository(
                url: url, revision: revision, cacheDirectory: own.cacheDirectory, environment: own.remoteVariables,
                reporter: reporter)
            let (tree, commit) = try await repository.tree()
            return BuildpackContext.Entry(label: label, commit: commit.description, content: .tree(tree))
        }
    }

    private func manifests(_ references: [BuildpackReference]) throws -> [BuildpackManifest] {
        let bundled = BundledBuildpacks(directory: own.directory)
        var manifests: [BuildpackManifest] = []
        for case .bundled(let name) in references { manifests.append(try bundled.manifest(named: name)) }
        for name in companions { manifests.append(try bundled.manifest(named: name)) }
        return manifests
    }

    private func dockerfile(_ manifests: [BuildpackManifest], hasAuthorities: Bool) -> BuildpackDockerfile {
        BuildpackDockerfile(
            buildImage: stack.buildImage, runImage: stack.runImage, buildPackages: manifests.flatMap(\.buildPackages),
            runPackages: manifests.flatMap(\.runPackages), cacheID: own.cacheID, hasAuthorities: hasAuthorities,
            isOwnStack: stack.isOwn)
    }

    private static func titles(_ dockerfile: BuildpackDockerfile) -> [String: String] {
        let build = Set(dockerfile.buildPackages).sorted().joined(separator: " ")
        let run = Set(dockerfile.runPackages).sorted().joined(separator: " ")
        return [
            BuildpackDockerfile.Stage.buildPackages: "Packages of the stack for the build: \(build)",
            BuildpackDockerfile.Stage.runPackages: "Packages of the stack for the app: \(run)",
        ]
    }

    private var tag: String { settings.tag ?? ImageBuild.standardTag(app: source.app, buildID: settings.buildID) }

    private func options(_ entries: [BuildpackContext.Entry]) -> BuildOptions {
        let labels = [
            "cairn.app": source.app.rawValue, "cairn.builder": "buildpacks",
            "cairn.buildpacks": entries.map(\.record).joined(separator: ","),
        ]
        var options = BuildOptions(
            dockerfile: BuildpackContext.dockerfilePath,
            tags: [tag],
            buildArguments: proxies.buildArguments, labels: settings.labels.merging(labels) { $1 },
            noCache: settings.noCache, pull: settings.pull && !stack.isOwn, buildID: settings.buildID)
        options.apply(settings.surroundings)
        return options
    }

    // MARK: After the build

    /// What the buildpacks' `bin/release` said. As on Heroku the last buildpack's word counts; one that says nothing about
    /// process types leaves it to the one before.
    private func facts(
        of image: BuiltImage, _ entries: [BuildpackContext.Entry], on engine: some BuildpackEngine
    ) async throws -> BuildpackFacts {
        var facts = BuildpackFacts(buildpacks: entries.map(\.record))
        let files: [String: [UInt8]]
        // As a task, it is removed with those that an interrupted deploy has left.
        let labels = settings.labels.merging(["cairn.kind": "task"]) { $1 }
        do { files = TarFiles.read(try await engine.files(at: "/cairn/out", of: image.id, labels: labels)) } catch {
            guard let error = error as? EngineError else { throw error }
            throw CairnError(building: source.app, error)
        }
        var addons: [String] = []
        for (index, entry) in entries.enumerated() {
            let number = (index < 10 ? "0" : "") + "\(index)"
            guard let bytes = files["out/\(number).yml"] else { continue }
            let information = try ReleaseInformation(parsing: bytes, of: entry.label)
            if !information.processTypes.isEmpty { facts.processTypes = checked(information.processTypes, entry) }
            facts.config.merge(information.config.filter { (try? ConfigKey(validating: $0.key)) != nil }) { $1 }
            addons += information.addons
        }
        if !addons.isEmpty {
            reporter.detail(
                "The buildpack suggests add-ons: \(addons.joined(separator: ", ")). None is made by itself.")
        }
        return facts
    }

    private func checked(_ types: [String: String], _ entry: BuildpackContext.Entry) -> [String: String] {
        types.filter { type, command in
            let isValid =
                (try? ProcessType(validating: type)) != nil && !command.withoutOuterBlanks.isEmpty
                && !command.contains(where: \.isNewline)
            if !isValid { reporter.warning("\(entry.label) proposes a process type that cannot be: \(type)") }
            return isValid
        }
    }
}

extension BuildpackReference {
    /// For people and records: without a password that the URL may carry.
    var shown: String { RemoteAddress.withoutCredentials(description) }
}
