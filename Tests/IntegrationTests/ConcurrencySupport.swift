import CairnCore
import CairnDeploy
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

/// An app whose new copies do not listen before the test lets them, so that a deploy stands still at its health gate for
/// as long as the test needs.
struct HeldApp {
    let app: SampleApp
    var host: TestHost { app.host }

    init(_ name: String, on host: TestHost) async throws {
        app = try await SampleApp(name, on: host, files: ["Dockerfile": Self.dockerfile])
        try await host.cairn("checks:set", "--global", "startup-timeout", "600").check()
    }

    static let dockerfile = """
        FROM debian:bookworm-slim
        WORKDIR /app
        COPY . .
        CMD ["sh", "-c", "until [ -e /tmp/go ]; do sleep 0.1; done; exec perl server.pl"]

        """

    /// Waits until a deploy has started a copy that is not let go yet.
    func waitUntilHeld() async throws {
        try #require(try await eventually(within: .seconds(120)) { try await !held().isEmpty }, "no copy was started")
    }

    /// The ids of the containers of candidates that run.
    func held() async throws -> [String] {
        var found: [String] = []
        for container in try app.candidateContainers()
        where try await host.engine.inspectContainer(container).state.running {
            found.append(container)
        }
        return found
    }

    /// Lets the copies that wait now go on.
    func letGo() async throws {
        for container in try await held() {
            try await host.engine.startExecDetached(
                try await host.engine.createExec(container, ExecSpec(cmd: ["touch", "/tmp/go"])))
        }
    }
}

extension SampleApp {
    /// Who deploys it at the moment.
    func lockHolder() throws -> DeployLock.Holder? {
        let store = try host.store()
        guard let app = try store.findApp(AppName(validating: name)) else { return nil }
        return Platform(settings: host.settings, store: store, actor: "test").deployLock(of: app).holder
    }

    /// The containers of copies that a deploy has made and not committed.
    func candidateContainers() throws -> [String] {
        let store = try host.store()
        guard let app = try store.findApp(AppName(validating: name)) else { return [] }
        return try store.instances(of: app).filter { $0.state == .candidate }.compactMap(\.containerID)
    }

    /// The programs that serve its pushes now: git, and Cairn as git's hook. They work in the app's repository.
    func servingProcesses() throws -> [String] {
        let repository = try host.settings.repository(of: AppName(validating: name))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { number in
            guard Int32(number) != nil,
                let directory = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(number)/cwd"),
                directory == repository || directory.hasPrefix(repository + "/")
            else { return nil }
            return try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(number)/exe")
        }
    }

    /// What git keeps of pushes that are not accepted yet.
    func quarantined() throws -> [String] {
        let objects = try host.settings.repository(of: AppName(validating: name)) + "/objects"
        return try FileManager.default.contentsOfDirectory(atPath: objects).filter { $0.hasPrefix("tmp_objdir") }
    }

    /// The status of its newest build, as it is shown.
    func newestBuild() async throws -> String {
        let list = try await host.cairn("--quiet", "builds:list", name).check()
        let words = (list.lines.first ?? "").split(separator: " ")
        return words.count > 2 ? String(words[2]) : ""
    }
}

/// A step of a Dockerfile that lasts until somebody ends it, and can be found among the processes of the host.
struct EndlessStep {
    /// No other process sleeps for this long.
    let seconds = "86\(UInt32.random(in: 100...999)).\(UInt32.random(in: 100_000...999_999))"
    var instruction: String { "RUN echo the-step-has-begun && sleep \(seconds)\n" }

    var runs: Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.contains { name in
            guard let number = Int32(name), number != getpid() else { return false }
            let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
            return line == Data("sleep\0\(seconds)\0".utf8)
        }
    }
}
