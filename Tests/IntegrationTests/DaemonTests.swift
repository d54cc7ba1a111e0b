import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Glibc
import Testing

extension HostTests {
    @Suite("The daemon")
    struct DaemonWork {
        @Test("A copy whose process ends leaves the endpoints at once, and is back when its container runs again")
        func crash() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await host.cairn("apps:create", "web").check()
                // The engine is to leave what has ended, so that the time in between can be seen.
                try await host.cairn("ps:set", "web", "restart-policy", "no").check()
                try await app.push().check()
                try await host.cairn("ps:scale", "web", "web=2").check()
                try await host.withDaemon { _ in
                    // nginx gives a request that a copy did not answer to another copy, unless it is a POST.
                    _ = try await host.request("/exit", host: app.domain, options: ["--data", ""])
                    let isWithdrawn = try await eventually { try await endpoints(host) == 1 }
                    #expect(isWithdrawn)
                    for _ in 0..<20 { #expect(try await app.get().status == "200") }

                    _ = try await host.request("/exit", host: app.domain, options: ["--data", ""])
                    let isEmpty = try await eventually { try await endpoints(host) == 0 }
                    #expect(isEmpty)
                    let page = try await host.request(host: app.domain)
                    #expect(page.status == 503 && page.values("x-cairn-error") == ["not-running"])

                    for name in ["web.1", "web.2"] {
                        try await host.engine.startContainer(await host.container(of: "web", name))
                    }
                    let isBack = try await eventually { try await endpoints(host) == 2 }
                    #expect(isBack)
                    for _ in 0..<20 { #expect(try await app.get().status == "200") }
                }
                let events = try await host.cairn("events", "web").check().output
                #expect(events.contains("ended with status 3") && events.contains("serves again"), "\(events)")
            }
        }

        /// How many containers nginx sends requests of the app to.
        private func endpoints(_ host: TestHost) async throws -> Int {
            let socket = host.settings.nginxRoot + "/run/control.sock"
            let answer = try await host.run(
                "/usr/bin/curl", ["--silent", "--unix-socket", socket, "http://nginx/endpoints?app=web"]
            ).check()
            return answer.output.split(whereSeparator: \.isWhitespace).dropFirst().count
        }

        @Test("Replaced containers are stopped when their time is up, without a process beside the daemon")
        func retirement() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("checks:set", "web", "wait-to-retire", "2").check()
                try await app.push().check()
                try await host.withDaemon { _ in
                    try await app.change(to: "two").check()
                    #expect(Self.retiringProcesses(host) == 0)
                    let isStopped = try await eventually { try await host.containers(of: "web").count == 1 }
                    #expect(isStopped)
                    #expect(try await app.get().body == "two web web.1 v2")
                    let store = try host.store()
                    #expect(try store.retiringInstances().isEmpty)
                }
            }
        }

        private static func retiringProcesses(_ host: TestHost) -> Int {
            let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return processes.filter { process in
                read("/proc/\(process)/cmdline").contains("internal:retire")
                    && read("/proc/\(process)/environ").contains(host.root)
            }.count
        }

        private static func read(_ path: String) -> String {
            String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }

        @Test("An app that hangs is restarted by its liveness check and serves again")
        func liveness() async throws {
            try await TestHost.run { host in
                let manifest = """
                    {"healthchecks": {"web": [
                      {"type": "startup", "name": "port", "listening": true},
                      {"type": "liveness", "name": "answers", "path": "/", "attempts": 2, "timeout": 1, "wait": 1}
                    ]}}
                    """
                let app = try await SampleApp("web", on: host, files: ["app.json": manifest])
                try await app.push().check()
                try await host.withDaemon { _ in
                    let hung = try await app.host.request("/hang", host: app.domain, options: ["--max-time", "1"])
                    #expect(hung.status == 0)
                    let isRestarted = try await eventually {
                        try await host.cairn("events", "web").check().output.contains("web.1 is restarted")
                    }
                    #expect(isRestarted)
                    let isBack = try await eventually {
                        try await host.request(host: app.domain, options: ["--max-time", "5"]).status == 200
                    }
                    #expect(isBack)
                }
            }
        }

        @Test(
            "Killed or absent: apps are served, pushes deploy, old containers stop; its start makes up for what it missed"
        )
        func absence() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("checks:set", "web", "wait-to-retire", "1").check()
                try await host.withDaemon { daemon in
                    try await app.push().check()
                    daemon.stop(by: SIGKILL)
                    #expect(try await app.get() == ("one web web.1 v1", "200"))
                    try await app.change(to: "two").check()
                    #expect(try await app.get().body == "two web web.1 v2")
                    let isStopped = try await eventually { try await host.containers(of: "web").count == 1 }
                    #expect(isStopped)
                }
                // Stopped by somebody else while nobody looked.
                try await host.engine.stopContainer(await host.container(of: "web"), timeout: 10)
                #expect(try await app.get().status != "200")
                try await host.withDaemon { _ in
                    let isBack = try await eventually { try await app.get().status == "200" }
                    #expect(isBack)
                    #expect(try await app.get().body == "two web web.1 v2")
                }
            }
        }

        @Test("A second daemon is refused, and the first ends in order on SIGTERM")
        func second() async throws {
            try await TestHost.run { host in
                try await host.withDaemon { daemon in
                    let second = try await host.cairn("daemon")
                    #expect(second.status != 0)
                    #expect(second.error.contains("E-DAEMON-RUNNING"))
                    daemon.stop()
                    #expect(!FileManager.default.fileExists(atPath: host.settings.daemonSocket))
                }
            }
        }
    }
}
