import CairnCore
public import CairnDeploy
import CairnPlugins
import CairnFiles
import CairnStore
import Glibc
import LibGit
import SystemPackage

/// The hooks that git runs within a push: `pre-receive` deploys and so decides whether the push is accepted,
/// `proc-receive` moves a branch that had to wait (`ProcReceive`), and `post-receive` starts what was put off by
/// `-o detach` (githooks(5)).
public struct ReceiveHook: Sendable {
    /// Which hook git runs.
    public enum Kind: String, Sendable, CaseIterable {
        case preReceive = "pre-receive"
        case procReceive = "proc-receive"
        case postReceive = "post-receive"
    }

    let platform: Platform
    let name: AppName
    let options: PushOptions
    let reporter: HookReporter
    /// Whose other ends are the pusher's.
    let watchedDescriptors: [Int32]

    /// Recognises a call through one of the links in `<root>/hooks`, by the path that git calls.
    ///
    /// - Returns: Which hook it is, and the state root that the link belongs to; nil for every other way to be called.
    public static func call(_ path: String) -> (kind: Kind, root: String)? {
        for kind in Kind.allCases {
            let ending = "/hooks/\(kind.rawValue)"
            if path.hasPrefix("/"), path.hasSuffix(ending), path.utf8.count > ending.utf8.count {
                return (kind, String(path.dropLast(ending.count)))
            }
        }
        return nil
    }

    /// Runs the hook in this process as git started it: in the repository, with the pushed references on standard input
    /// and the pusher behind both outputs.
    ///
    /// - Parameters:
    ///   - kind: Which hook git runs.
    ///   - environment: The variables that git set, with the push options.
    ///   - platform: Called only when there is something to do.
    /// - Returns: The exit status; git accepts the push when `pre-receive` returns 0.
    public static func run(
        _ kind: Kind, environment: [String: String], platform: () throws -> Platform
    ) async -> Int32 {
        let options = PushOptions(environment: environment)
        if kind == .postReceive && !options.detaches { return 0 }
        let client = ClientConnection.inherited(in: environment)
        let reporter = HookReporter(client: client)
        do {
            let platform = try platform()
            let hook = ReceiveHook(
                platform: platform, name: try appOfWorkingDirectory(settings: platform.settings), options: options,
                reporter: reporter, watchedDescriptors: [STDOUT_FILENO, STDERR_FILENO] + (client.map { [$0] } ?? []))
            switch kind {
            case .preReceive: try await hook.preReceive(try RefUpdate.parse(try readInput()))
            case .procReceive: try hook.procReceive()
            case .postReceive: try hook.postReceive(try RefUpdate.parse(try readInput()))
            }
            return 0
        } catch {
            if (error as? CairnError)?.code == .deployCancelled { Quarantine.discard(in: environment) }
            return report(error, to: reporter)
        }
    }

    /// Decides whether the push is accepted, which needs a deploy when it moves the deploy branch.
    ///
    /// - Throws: what refuses the push.
    func preReceive(_ updates: [RefUpdate]) async throws {
        let app = try platform.store.app(name)
        if let warning = options.warning { reporter.warning(warning) }
        let decision = try decide(updates)
        for update in updates where !update.isDeletion && update.branch != decision.target?.branch {
            try await platform.triggers.fire(
                .receiveBranch, name.rawValue, update.new.description, update.name, reporter: reporter)
        }
        if let warning = decision.warning { reporter.warning(warning) }
        if let advice = decision.advice { reporter.detail(advice) }
        guard let target = decision.target else { return }
        if target.becomesDeployBranch { reporter.step("Set \(target.branch) as deploy-branch") }
        if options.detaches {
            try checkLocks(of: app)
        } else {
            try await deploy(target, from: updates.first { $0.branch == target.branch }?.old, of: app)
        }
        if target.becomesDeployBranch { keep(target.branch) }
    }

    private func procReceive() throws {
        try ProcReceive(name: name, settings: platform.settings, store: { platform.store }).run()
    }

    /// Starts the deploy of an accepted push.
    func postReceive(_ updates: [RefUpdate]) throws {
        guard let target = try decide(updates).target else { return }
        try startDetached(target)
    }

    private func decide(_ updates: [RefUpdate]) throws -> BranchDecision {
        let configured = try platform.store.effectiveProperties("git", of: name)["deploy-branch"]
        let repository = try Repository(path: platform.settings.repository(of: name))
        let existing = try BranchDecision.standardBranches.filter {
            try repository.reference("refs/heads/\($0)") != nil
        }
        return try BranchDecision(updates, configured: configured, existing: Set(existing))
    }

    /// Remembers the branch, and lets clones check it out. The push is good already: a failure is no reason to refuse it,
    /// and without this the branch is recognised by its being there.
    private func keep(_ branch: String) {
        do {
            try platform.store.setProperty("git", "deploy-branch", to: branch, in: .app(name))
            try Repository(path: platform.settings.repository(of: name)).setHead(toBranch: branch)
        } catch {
            reporter.warning("The deploy branch could not be noted: \(error)")
        }
    }

    /// A detached deploy that would only be refused later is refused now, while somebody is there to be told.
    private func checkLocks(of app: App) throws(CairnError) {
        try app.refuseDeploysWhenLocked()
        guard !options.waits, let holder = platform.deployLock(of: app).holder else { return }
        throw CairnError(
            .deployLocked, "\(name) currently has a deploy lock in place (\(holder))",
            hint: "Try again when it is done, or push with '-o detach -o wait' to stand in line.")
    }

    // MARK: The process that git started

    /// The app whose repository is the working directory.
    ///
    /// - Throws: `E-NOT-ALLOWED` when that repository is not one of this state root's.
    private static func appOfWorkingDirectory(settings: HostSettings) throws(CairnError) -> AppName {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let path = getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? ""
        let last = path.split(separator: "/").last ?? ""
        if last.hasSuffix(".git"), let name = try? AppName(validating: String(last.dropLast(4))),
            let here = Files.status("."), let there = Files.status(FilePath(settings.repository(of: name))),
            here.st_dev == there.st_dev, here.st_ino == there.st_ino
        {
            return name
        }
        throw CairnError(
            .notAllowed, "\(path.visible) is not the repository of an app under \(settings.root)",
            hint: "Push to the address of an app: cairn@<host>:<app>.")
    }

    private static func readInput() throws(CairnError) -> [UInt8] {
        var input: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while input.count <= RefUpdate.maximumInputLength {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw CairnError(.io, "The pushed references cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            input += buffer[..<count]
        }
        return input
    }
}
