public import LibGit
import Subprocess

/// Git, asking a repository of another host for something and keeping it in one of this host. It fetches from where
/// `RemotePolicy` says, and a host that stalls does not stall the deploy for ever.
public struct RemoteGit: Sendable {
    /// What a call may take, in seconds.
    public enum Patience {
        /// For a list of branches and tags.
        public static let listing = 60
        /// For what they hold.
        public static let fetching = 3600
    }

    /// Where the other repository is; `RemotePolicy` has nothing against it.
    private let url: String
    /// The bare repository that gets what is fetched.
    private let path: String
    /// Beside git's own: proxies, authorities, and what this host shows to others.
    private let environment: [String: String]

    /// Names both repositories; nothing is done yet.
    public init(url: String, into path: String, environment: [String: String]) {
        self.url = url
        self.path = path
        self.environment = environment
    }

    /// The other repository's address without a password that it may carry.
    public var shown: String { RemoteAddress.withoutCredentials(url) }

    /// Why something could not be had.
    public struct Failure: Error {
        /// The last lines of what git said.
        public let evidence: [String]
        /// Whether the repository was read, and does not have it.
        public let isMissing: Bool

        /// What to do about it, where what git said tells; else the given text.
        public func hint(otherwise text: String) -> String {
            let said = evidence.joined(separator: "\n")
            if said.contains("Host key verification failed") || said.contains("host key is known") {
                return "This host does not know that one yet: cairn git:allow-host HOST"
            }
            if said.contains("Permission denied (") || said.contains("could not read Username") {
                return
                    "Give this host access: cairn git:auth HOST USER PASSWORD for https, cairn git:public-key for ssh."
            }
            return text
        }
    }

    /// What it has.
    ///
    /// - Throws: `Failure`.
    public func references(within limit: Int = Patience.listing) async throws -> RemoteReferences {
        RemoteReferences(try await run(["ls-remote", "--symref", "--", url], limit: limit))
    }

    /// Fetches a commit, with as much of its history as `depth` says.
    ///
    /// - Parameter place: Below which references it may keep what leads to the commit.
    /// - Throws: `Failure`.
    public func fetch(_ commit: ObjectID, depth: Int? = nil, place: String = Self.place) async throws {
        let depth = depth.map { ["--depth=\($0)"] } ?? []
        do {
            _ = try await run(Self.fetch + depth + ["--", url, commit.description], limit: Patience.fetching)
        } catch let refusal as Failure {
            // Not every server hands out a commit by its id; then it is found behind a branch or a tag, or not at all.
            try await fetchEverything(to: place)
            guard try Repository(path: path).contains(commit) else {
                throw Failure(evidence: refusal.evidence, isMissing: true)
            }
        }
    }

    /// Fetches all branches and tags.
    ///
    /// - Throws: `Failure`.
    public func fetchEverything(to place: String = Self.place) async throws {
        let all = ["+refs/heads/*:\(place)/heads/*", "+refs/tags/*:\(place)/tags/*"]
        _ = try await run(Self.fetch + ["--prune", "--", url] + all, limit: Patience.fetching)
    }

    /// Where references of other hosts are kept.
    public static let place = "refs/cairn/remote"

    private static let fetch = [
        "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance",
    ]

    /// Returns what git printed. It is ended after `limit` seconds, with what it has started.
    private func run(_ arguments: [String], limit: Int) async throws -> String {
        let result = try await Subprocess.run(
            .name("timeout"), arguments: Arguments(["--kill-after=5", "\(limit)", "git"] + Self.options + arguments),
            environment: .custom(variables), output: .string(limit: 16 << 20), error: .string(limit: 64 << 10))
        if result.terminationStatus.isSuccess { return result.standardOutput }
        var evidence = result.standardError.split(whereSeparator: \.isNewline).suffix(20).map {
            RemoteAddress.withoutCredentials(String($0).replacing(url, with: shown))
        }
        if result.terminationStatus == .exited(124) || result.terminationStatus == .exited(137) {
            evidence.append("git was stopped: there was no answer within \(limit) seconds")
        }
        throw Failure(evidence: evidence, isMissing: false)
    }

    private var variables: [Environment.Key: String] {
        var variables = GitEnvironment.variables(forRepositoryAt: path)
        // Without a key of this host's own, ssh must not ask for a password either.
        variables["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=20"
        variables["GIT_TERMINAL_PROMPT"] = "0"
        variables.merge(environment) { $1 }
        variables["GIT_ALLOW_PROTOCOL"] = RemotePolicy().protocols.joined(separator: ":")
        var keyed: [Environment.Key: String] = [:]
        for (name, value) in variables { keyed[Environment.Key(stringLiteral: name)] = value }
        return keyed
    }

    private static let options = [
        // Old histories may have faults that do no harm here; every tree that is walked is checked as it is walked.
        "-c", "fetch.fsckObjects=false", "-c", "gc.auto=0", "-c", "core.hooksPath=/dev/null",
        // Passwords are those of git:auth, whoever runs this.
        "-c", "credential.helper=",
        // Over http a stalled transfer is noticed long before the limit.
        "-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=60",
    ]
}
