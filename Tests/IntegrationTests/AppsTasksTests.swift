import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Synchronization
import Testing

extension HostTests {
    @Suite("Tasks and secrets of deploys")
    struct AppsTasks {
        @Test(
            "predeploy changes the image, heroku's postdeploy runs once, a release task that fails keeps the old release"
        )
        func tasks() async throws {
            try await TestHost.run { host in
                let manifest = """
                    {"scripts": {"postdeploy": "echo first-time-only",
                      "dokku": {"predeploy": "echo compiled $(cat message) > message", "postdeploy": "echo after $CAIRN_RELEASE"}}}
                    """
                let app = try await SampleApp("web", on: host, files: ["app.json": manifest])
                let first = try await app.push().check()
                #expect(first.error.contains("first-time-only") && first.error.contains("after v1"), "\(first)")
                #expect(try await app.get().body == "compiled one web web.1 v1")
                let second = try await app.change(to: "two").check()
                #expect(!second.error.contains("first-time-only") && second.error.contains("after v2"), "\(second)")
                #expect(try await app.get().body == "compiled two web web.1 v2")
                // The image is the same, so what was compiled into it is not compiled again.
                let config = try await host.ssh("config:set web A=1").check()
                #expect(!(config.output + config.error).contains("predeploy"))
                #expect(try await app.get().body == "compiled two web web.1 v3")

                try app.write(["Procfile": "web: perl server.pl\nrelease: echo no tables here; exit 6\n"])
                try await app.commit("fails to migrate")
                let failed = try await app.push()
                #expect(failed.status != 0)
                #expect(failed.error.contains("E-TASK-FAILED") && failed.error.contains("no tables here"), "\(failed)")
                #expect(failed.error.contains("status 6") && failed.error.contains("Still serving: v3"), "\(failed)")
                #expect(try await app.get().body == "compiled two web web.1 v3")
                let store = try host.store()
                #expect(try store.releases(of: store.app(AppName(validating: "web"))).first?.status == .failed)
                let leftovers = try await host.containers().filter { $0.labels["cairn.kind"] != "instance" }
                #expect(leftovers.isEmpty)
                try await host.ssh("releases:rollback web v1").check()
                #expect(try await app.get().body.hasPrefix("compiled one web web.1 "))
            }
        }

        /// A value that is nowhere but where it is meant to be.
        private static let secret = "s3cr3t-\(UInt64.random(in: 0...UInt64.max))"

        @Test(
            "Config values are in no command line of any process, and in no log, nginx file, event or report of a deploy"
        )
        func secrets() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp(
                    "web", on: host, files: ["Procfile": "web: perl server.pl\nrelease: test -n \"$TOKEN\"\n"])
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("config:import", "web", "-", input: "TOKEN=\(Self.secret)\n").check()
                let sampler = CommandLines(host)
                let push = try await app.push().check()
                try await host.cairn("ps:restart", "web").check()
                try await host.ssh("config:set web TOKEN=\(Self.secret)-2").check()
                try await host.cairn("releases:rollback", "web", "v1").check()
                let seen = await sampler.stop()
                #expect(seen.count > 10)
                // What the person typed is on the command line of their own ssh, which runs elsewhere.
                let server = seen.filter { !$0.hasPrefix("/usr/bin/ssh\0") }
                #expect(server.filter { $0.contains(Self.secret) } == [])
                #expect(try await app.get("/env").body.contains("TOKEN=\(Self.secret)"))

                #expect(!push.description.contains(Self.secret))
                for command in [
                    "events web", "ps:report web", "releases web", "releases:info web v1", "builds:list web",
                    "nginx:show-config web", "config:keys web", "ps:why web",
                ] {
                    let outcome = try await host.ssh(command).check()
                    #expect(!outcome.description.contains(Self.secret), "\(command)")
                }
                #expect(try files(with: Self.secret, in: host.root + "/logs") == [])
                #expect(try files(with: Self.secret, in: host.root + "/nginx") == [])
                #expect(try files(with: Self.secret, in: host.root + "/repos") == [])
                // Only the database may hold it, which nobody else can read.
                let permissions = try FileManager.default.attributesOfItem(atPath: host.settings.database)
                #expect(permissions[.posixPermissions] as? Int == 0o600)
            }
        }

        private func files(with text: String, in directory: String) throws -> [String] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: directory)
            return names.filter { name in
                guard let data = FileManager.default.contents(atPath: directory + "/" + name) else { return false }
                return data.range(of: Data(text.utf8)) != nil
            }
        }
    }
}

/// Reads the command lines of all processes of the host over and over, as `ps` does.
final class CommandLines: Sendable {
    private let seen = Mutex<Set<String>>([])
    private let isOver = Atomic(false)
    private let ended: AsyncStream<Void>

    init(_ host: TestHost) {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        ended = stream
        Thread.detachNewThread { [self] in
            while !isOver.load(ordering: .relaxed) { look() }
            continuation.yield()
        }
    }

    /// - Returns: Every command line that was there at some moment.
    func stop() async -> Set<String> {
        isOver.store(true, ordering: .relaxed)
        for await _ in ended { break }
        return seen.withLock { $0 }
    }

    private func look() {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let lines = processes.compactMap { process -> String? in
            guard process.first?.isNumber == true else { return nil }
            return FileManager.default.contents(atPath: "/proc/\(process)/cmdline").map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        seen.withLock { $0.formUnion(lines) }
    }
}
