import CairnBuild
import CairnCore
import CairnStore
import LibGit

extension BuildSettings {
    /// What was set for an app's builds: `builder:set`, `builder-dockerfile:set` and `docker-options:add APP build`.
    init(buildID: String, store: Store, app: AppName, config: [String: String]) throws {
        self.init(buildID: buildID)
        let builder = try store.effectiveProperties("builder", of: app)
        selectedBuilder = builder["selected"]
        buildDirectory = try builder["build-dir"].map { try RelativePath(validating: $0) }
        dockerfilePath = try store.effectiveProperties("builder-dockerfile", of: app)["dockerfile-path"]
            .map { try RelativePath(validating: $0) }
        for option in try store.effectiveProperties("docker-options", of: app)["build"]?.split(separator: "\n") ?? [] {
            apply(String(option), config: config)
        }
    }

    /// Options were checked when they were added, so what is not known here was written by a newer Cairn.
    private mutating func apply(_ option: String, config: [String: String]) {
        let words = option.split(separator: option.contains(" ") ? " " : "=", maxSplits: 1).map(String.init)
        switch words.first {
        case "--no-cache": noCache = true
        case "--pull": pull = true
        case "--target": target = words.count > 1 ? words[1] : nil
        case "--build-arg" where words.count > 1:
            // As in the docker command: without a value, it is that of the variable of the same name.
            let pair = words[1].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            buildArguments[pair[0]] = pair.count > 1 ? pair[1] : config[pair[0]] ?? ""
        default: break
        }
    }
}

extension Source.Kind {
    /// How records and releases name it.
    var name: String {
        switch self {
        case .gitPush: "git-push"
        case .rebuild: "rebuild"
        case .image: "image"
        case .gitSync: "git-sync"
        case .archive: "archive"
        }
    }
}

extension BuiltImage {
    /// The exposed ports that nginx can serve, in ascending order.
    var tcpPorts: [Int] { Set(exposedPorts.filter { $0.proto == "tcp" }.map(\.port)).sorted() }
}

extension ObjectID {
    /// The first digits, by which people name a commit.
    var short: String { String(description.prefix(8)) }
}
