import CairnTestSupport
import DockerEngine
import Testing

extension HostTests {
    @Suite("Readiness after the deploy")
    struct DiscoveryReadiness {
        @Test("The copy that fails its readiness check gets no requests until it passes again, and is not restarted")
        func readiness() async throws {
            try await TestHost.run { host in
                let manifest = """
                    {"healthchecks": {"web": [
                      {"type": "readiness", "name": "ready", "path": "/ready", "attempts": 1, "timeout": 5, "wait": 1}
                    ]}}
                    """
                let server = SampleApp.server.replacing(
                    "$path eq '/fail'", with: "($path eq '/fail' || ($path eq '/ready' && -e '/tmp/unready'))")
                let app = try await SampleApp("shy", on: host, files: ["app.json": manifest, "server.pl": server])
                try await host.cairn("apps:create", "shy").check()
                try await host.cairn("ps:scale", "shy", "web=2").check()
                try await app.push().check()
                try await host.withDiscovery { _ in
                    let web = try host.addresses(of: "shy")
                    let container = try await host.container(of: "shy")
                    let began = try await host.engine.inspectContainer(container).state.startedAt
                    try await host.execute("touch /tmp/unready", in: container)
                    #expect(try await host.finds("shy", at: [web[1]]))
                    for _ in 0..<20 { #expect(try await app.get() == ("one shy web.2 v1", "200")) }
                    let health = try await host.cairn("services:health", "shy", "--failing")
                    #expect(health.status == 1 && health.output.contains("ready"), "\(health)")

                    try await host.execute("rm /tmp/unready", in: container)
                    #expect(try await host.finds("shy", at: web))
                    #expect(try await host.engine.inspectContainer(container).state.startedAt == began)
                    let events = try await host.cairn("events", "shy").check().output
                    #expect(events.contains("web.1 fails its check 'ready'"), "\(events)")
                    #expect(events.contains("web.1 passes its check 'ready' again"), "\(events)")
                }
            }
        }
    }
}
