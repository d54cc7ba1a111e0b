public import CairnCore
import Glibc

/// A call of git that takes the place of this process, so that git speaks with the client itself.
public struct GitCommand: Sendable, Equatable {
    /// The words after `git`.
    public let arguments: [String]
    /// The whole environment of git.
    public let environment: [String: String]

    /// Whether hooks run that have to notice when the client leaves.
    private let hasHooks: Bool

    /// A push may send at most `maximumSize` bytes.
    init(
        _ service: GitService, repository: String, settings: HostSettings, maximumSize: Int,
        environment: [String: String]
    ) {
        self.environment = environment
        hasHooks = service == .receivePack
        // The repository's own settings say the same; given here as well, they hold for a repository that lost them.
        let options =
            service != .receivePack
            ? []
            : [
                "core.hooksPath=\(settings.hooks)", "receive.advertisePushOptions=true", "receive.fsckObjects=true",
                "receive.keepAlive=1", "receive.maxInputSize=\(maximumSize)",
                // Branches that a push in front has moved meanwhile; see ProcReceive.
                "receive.procReceiveRefs=am:refs/heads",
                // What git leaves running in the background would hold the client's connection open.
                "gc.autoDetach=false", "maintenance.autoDetach=false",
            ]
        arguments = options.flatMap { ["-c", $0] } + [service.subcommand, repository]
    }

    /// Replaces this process by git (execve(2)). Returns only by throwing.
    ///
    /// - Throws: `E-GIT` when there is no git, or it cannot be started.
    public func replaceProcess() throws(CairnError) -> Never {
        guard let program = Self.find("git", in: environment["PATH"] ?? "") else { throw Self.missing }
        Self.restoreSignals()
        let environment = hasHooks ? ClientConnection.share(in: environment) : environment
        let argumentVector = (["git"] + arguments).map { strdup($0) } + [nil]
        let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        execve(program, argumentVector, variables)
        throw CairnError(
            .git, "git cannot be started: \(String(cString: strerror(errno)))", hint: "Check \(program) on this host.")
    }

    /// Ignored signals and the mask outlive execve, and git expects neither.
    private static func restoreSignals() {
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
    }

    static let missing = CairnError(
        .git, "git is not installed on this host", hint: "Install it (apt-get install git), then try again.")

    static func find(_ program: String, in path: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(program)" }.first { $0.hasPrefix("/") && access($0, X_OK) == 0 }
    }
}
