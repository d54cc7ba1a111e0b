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
        apply(try store.dockerOptions(of: app, for: .build), config: config)
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
