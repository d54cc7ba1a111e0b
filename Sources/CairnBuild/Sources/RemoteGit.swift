import LibGit
import Subprocess

/// Git, asking another host for something. It may fetch from where `RemotePolicy` says, and a host that stalls does not
/// stall the deploy for ever.
struct RemoteGit: Sendable {
    /// What a call may take.
    enum Patience {
        /// For a list of branches and tags. In seconds.
        static let listing = 60
        /// For what they hold.
        static let fetching = 900
    }

    var protocols = RemotePolicy().protocols
    /// Beside git's own: proxies, authorities, and what this host shows to others.
    var environment: [String: String] = [:]

    /// What git printed; nil when it failed, and then why.
    struct Answer {
        let output: String?
        let evidence: [String]
    }

    /// - Parameters:
    ///   - path: The repository that git works on.
    ///   - limit: Seconds after which it is ended, with what it has started.
    func run(_ arguments: [String], in path: String, limit: Int) async throws -> Answer {
        var variables = GitEnvironment.variables(forRepositoryAt: path)
        // Without a key of this host's own, ssh must not ask for a password either.
        variables["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=20"
        variables["GIT_TERMINAL_PROMPT"] = "0"
        variables.merge(environment) { $1 }
        variables["GIT_ALLOW_PROTOCOL"] = protocols.joined(separator: ":")
        var keyed: [Environment.Key: String] = [:]
        for (name, value) in variables { keyed[Environment.Key(stringLiteral: name)] = value }
        let result = try await Subprocess.run(
            .name("timeout"), arguments: Arguments(["--kill-after=5", "\(limit)", "git"] + Self.options + arguments),
            environment: .custom(keyed), output: .string(limit: 8 << 20), error: .string(limit: 64 << 10))
        var evidence = result.standardError.split(whereSeparator: \.isNewline).suffix(20).map(String.init)
        if result.terminationStatus == .exited(124) || result.terminationStatus == .exited(137) {
            evidence.append("git was stopped: there was no answer within \(limit) seconds")
        }
        return Answer(output: result.terminationStatus.isSuccess ? result.standardOutput : nil, evidence: evidence)
    }

    private static let options = [
        // Old histories may have faults that do no harm here; every tree that is walked is checked as it is walked.
        "-c", "fetch.fsckObjects=false", "-c", "gc.auto=0", "-c", "core.hooksPath=/dev/null",
        // Over http a stalled transfer is noticed long before the limit.
        "-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=60",
    ]
}
