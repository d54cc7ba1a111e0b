import CairnBuild
public import CairnCore
public import CairnStore
import LibGit
import Subprocess

extension Platform {
    /// Runs git's garbage collection in the app's repository.
    ///
    /// - Throws: `E-DEPLOY-LOCKED` while the app is being deployed, `E-GIT` with what git said.
    public func packRepository(of app: App, reporter: any ProgressReporter) async throws {
        try await withLock(app, operation: "repo:gc", reporter: reporter) { app in
            let path = settings.repository(of: app.name)
            var environment: [Environment.Key: String] = [:]
            for (name, value) in GitEnvironment.variables(forRepositoryAt: path) {
                environment[Environment.Key(stringLiteral: name)] = value
            }
            let result = try await Subprocess.run(
                .name("git"), arguments: ["gc", "--aggressive", "--quiet"], environment: .custom(environment),
                output: .discarded, error: .string(limit: 64 << 10))
            guard result.terminationStatus.isSuccess else {
                throw CairnError(
                    .git, "The repository of \(app.name) could not be packed", hint: "Look at it with 'git fsck'.",
                    evidence: result.standardError.split(separator: "\n").suffix(10).map(String.init))
            }
        }
    }

    /// Which buildpacks would build what was pushed last: who named them (nil when they are detected), and their labels.
    public func detectBuildpacks(of app: App, branch: String?) async throws -> (origin: String?, labels: [String]) {
        let source = try storedSource(of: app, branch: branch)
        var build = try BuildSettings(buildID: "detect", store: store, app: app.name, config: [:])
        build.buildpacks = try buildpackSettings(of: app)
        let paths = try ControlFilePaths(store: store, app: app.name)
        build.buildpacks.declared = try await ControlFiles.read(from: source.tree, settings: paths).appJSON.buildpacks
        return try await BuildpacksBuilder.preview(source, settings: build)
    }
}
