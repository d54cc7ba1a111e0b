import CairnBuild
public import CairnCore
public import CairnDeploy
import CairnFiles
public import CairnStore
import Glibc
public import LibGit
import SystemPackage

extension ReceiveHook {
    /// Deploys a commit whose objects git still keeps in quarantine. The deploy is cancelled when the pusher leaves.
    /// `old` is where the branch was when the push began.
    ///
    /// - Throws: why it failed, with the evidence.
    func deploy(_ target: BranchDecision.Target, from old: ObjectID?, of app: App) async throws {
        let source = try Self.source(of: target.commit, app: name, platform: platform, usingEnvironment: true)
        var options = DeployOptions()
        options.noCache = self.options.skipsCache
        options.waitsForLock = self.options.waits
        let before = try platform.store.currentRelease(of: app)
        options.precondition = { try requireContained(target, from: old, since: before, app: $0) }
        try await Self.deploy(
            source, of: app, options: options, on: platform, reporter: reporter, watching: watchedDescriptors)
    }

    /// What was pushed to the branch since this push began must be part of what is deployed now, or it would be lost
    /// unseen. Asked with the app's lock held; the push in front may not have moved the branch yet, but its release is live.
    ///
    /// - Throws: `E-GIT`.
    private func requireContained(
        _ target: BranchDecision.Target, from old: ObjectID?, since before: Release?, app: App
    ) throws {
        let path = platform.settings.repository(of: name)
        let release = try platform.store.currentRelease(of: app)
        let isNew = release?.id != before?.id && release?.content.source == "git-push"
        let others = [
            try Repository(path: path).reference("refs/heads/\(target.branch)"),
            isNew ? release?.content.revision.flatMap { ObjectID($0) } : nil,
        ]
        let repository = try Repository(path: path, usingEnvironment: true)
        for case let other? in others where other != old {
            guard try !repository.isDescendant(target.commit, of: other) else { continue }
            throw CairnError(
                .git,
                "\(target.branch.visible) was pushed by somebody else meanwhile, and \(target.commit.short) does not contain "
                    + other.short,
                hint:
                    "Take over what was pushed (git pull <remote> \(ShellWords.quote(target.branch.visible))), then push again."
            )
        }
    }

    /// Starts `cairn internal:deploy`, which is `deployDetached`, and tells how to follow it.
    func startDetached(_ target: BranchDecision.Target) throws(CairnError) {
        let settings = platform.settings
        let id = BuildID.now()
        let log = settings.buildLog(of: name, id: id.rawValue)
        try Files.makeDirectory(FilePath(settings.buildLogs(of: name)), mode: 0o750)
        var arguments = ["internal:deploy", name.rawValue, target.commit.description, "--build", id.rawValue]
        if options.skipsCache { arguments.append("--no-cache") }
        try DetachedProcess.start(
            executable: settings.executable, arguments: arguments,
            environment: ["CAIRN_ROOT": settings.root, SessionEnvironment.actor: platform.actor], output: log)
        reporter.step("Accepted \(target.commit.short) of \(target.branch); build \(id) goes on in the background")
        reporter.detail("To follow it: cairn builds:output \(name) \(id)")
        reporter.detail("To stop it:   cairn builds:cancel \(name)")
    }

    /// The work of `cairn internal:deploy`: a commit that was accepted with `-o detach`. It stands in line when somebody
    /// else deploys the app, as nobody is there to push again. TERM, which `builds:cancel` sends, cancels it. All that it
    /// has to say goes to the build's log.
    ///
    /// - Returns: The exit status.
    public static func deployDetached(
        _ commit: ObjectID, of app: App, build: BuildID, skipsCache: Bool, on platform: Platform
    ) async -> Int32 {
        do {
            let source = try source(of: commit, app: app.name, platform: platform, usingEnvironment: false)
            var options = DeployOptions()
            options.noCache = skipsCache
            options.waitsForLock = true
            options.buildID = build.rawValue
            try await deploy(source, of: app, options: options, on: platform, reporter: SilentReporter(), watching: [])
            return 0
        } catch {
            // A deploy that began has told its log already; before that, only this process can.
            let hasBegun = (try? platform.store.builds(of: app))?.contains { $0.id == build.rawValue } ?? false
            return hasBegun ? 1 : report(error, to: HookReporter())
        }
    }

    private static func deploy(
        _ source: Source, of app: App, options: DeployOptions, on platform: Platform, reporter: any ProgressReporter,
        watching descriptors: [Int32]
    ) async throws {
        do {
            try await cancellingWhenAbandoned(watching: descriptors) {
                _ = try await platform.deploy(source, of: app, options: options, reporter: reporter)
            }
        } catch is CancellationError {
            throw CairnError(
                .deployCancelled, "The deploy of \(app.name) was cancelled before it began",
                hint: "Push again to deploy.")
        }
    }

    private static func source(
        of commit: ObjectID, app: AppName, platform: Platform, usingEnvironment: Bool
    ) throws -> Source {
        let path = platform.settings.repository(of: app)
        let found: Commit
        do {
            found = try Repository(path: path, usingEnvironment: usingEnvironment).commit(commit)
        } catch let error as GitError {
            throw CairnError(
                .git, "The pushed commit \(commit.short) cannot be read: \(error.message.visible)",
                hint: "Push a branch whose tip is a commit: git push <remote> main")
        }
        return Source(
            app: app, kind: .gitPush, revision: found.id.description,
            tree: GitSourceTree(repositoryPath: path, usingEnvironment: usingEnvironment, commit: found.id),
            description: "Deploy \(found.id.short): \(found.summary.visible)")
    }

    /// Tells the pusher why the push is refused. git's own line, that the hook declined, comes after this, as git prints
    /// it when the process has ended.
    ///
    /// - Returns: The exit status.
    static func report(_ error: any Error, to reporter: HookReporter) -> Int32 {
        let error = error as? CairnError ?? CairnError(.git, "The push could not be handled: \("\(error)".visible)")
        reporter.failure(error)
        return error.exitStatus
    }
}
