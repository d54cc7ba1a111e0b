import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

/// What tests of pushes ask about an app.
extension SampleApp {
    /// The app with its repository made, and no copies wanted: its deploys build, and start nothing.
    static func withoutCopies(_ name: String, on host: TestHost, files: [String: String] = [:]) async throws
        -> SampleApp
    {
        let app = try await SampleApp(name, on: host, files: files)
        try await host.cairn("apps:create", name).check()
        try await host.cairn("ps:scale", name, "web=0").check()
        return app
    }

    /// The commit that the pusher's repository has under a name.
    func revision(_ name: String = "HEAD") async throws -> String {
        try await host.git("rev-parse", "--verify", name, in: directory).check().lines.joined()
    }

    /// The commit that the host's repository has under the full name of a reference; nil when it has none.
    func stored(_ reference: String = "refs/heads/main") async throws -> String? {
        let repository = try host.settings.repository(of: AppName(validating: name))
        let outcome = try await host.git(
            "--git-dir", repository, "rev-parse", "--verify", "--quiet", reference, in: host.home)
        return outcome.status == 0 ? outcome.lines.joined() : nil
    }

    /// The versions of its releases that went live, the newest first.
    func liveVersions() throws -> [Int] {
        let store = try host.store()
        return try store.releases(of: store.app(AppName(validating: name)))
            .filter { $0.status == .live || $0.status == .superseded }.map(\.version)
    }

    /// The commit that the current release was built from.
    func liveRevision() throws -> String? {
        let store = try host.store()
        return try store.currentRelease(of: store.app(AppName(validating: name)))?.content.revision
    }

    /// Runs a line of shell in a container of the current release.
    func run(_ line: String) async throws -> Outcome { try await host.cairn("run", name, line) }
}
