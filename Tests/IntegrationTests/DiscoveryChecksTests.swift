import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Health checks of discovery")
    struct DiscoveryChecks {
        @Test("Containers ask for checks by label: HTTP, TCP, a script, a TTL, the image's own; each is followed live")
        func kinds() async throws {
            try await TestHost.run { host in
                try await host.withDiscovery { _ in
                    let watch = try host.cairnInBackground("services:watch", "--format", "json")
                    try await ForeignContainers.on(host) { containers in
                        try await http(containers)
                        try await script(containers)
                        try await tcp(containers)
                        try await timeToLive(containers)
                        try await own(containers)
                    }
                    let isTold = try await eventually {
                        watch.output.contains(#""change":"gone""#)
                    }
                    #expect(isTold)
                    watch.kill(by: SIGTERM)
                    let lines = try await watch.outcome().output.split(separator: "\n").map {
                        try JSONValue(parsing: String($0), file: "services:watch")
                    }
                    let told = lines.filter { $0["service"]["name"].string == "checked-http" }
                    #expect(told.first?["change"].string == "new")
                    let statuses = told.map { $0["service"]["status"].string }
                    for status in ["passing", "warning", "critical"] {
                        #expect(statuses.contains(status), "\(statuses)")
                    }
                }
            }
        }

        private func http(_ containers: ForeignContainers) async throws {
            let host = containers.host
            let id = try await containers.start(
                "checked-http", ports: ["80/tcp": FreePort.next()],
                labels: [
                    "SERVICE_NAME": "checked-http", "SERVICE_CHECK_HTTP": "/health", "SERVICE_CHECK_INTERVAL": "1s",
                    "SERVICE_CHECK_TIMEOUT": "5s",
                ])
            #expect(try await host.turns("checked-http", "passing"))
            // 2xx passes, 429 warns, as Consul's checks have it.
            for (answer, status) in [
                ("429 Too Many Requests", "warning"), ("503 No", "critical"), ("204 Yes", "passing"),
            ] {
                try await host.execute("echo '\(answer)' > /tmp/status", in: id)
                #expect(try await host.turns("checked-http", status))
                let isFound = status != "critical"
                #expect(try await host.dig("checked-http.service.cairn").values.isEmpty != isFound)
                #expect(try await host.passing("checked-http").isEmpty == (status != "passing"))
            }
        }

        private func script(_ containers: ForeignContainers) async throws {
            let host = containers.host
            let id = try await containers.start(
                "checked-script", ports: ["80/tcp": FreePort.next()],
                labels: [
                    "SERVICE_NAME": "checked-script", "SERVICE_CHECK_INTERVAL": "1s",
                    "SERVICE_CHECK_SCRIPT": "echo inside $(cat /tmp/code) $SERVICE_PORT; exit $(cat /tmp/code)",
                ])
            for (code, status) in [(0, "passing"), (1, "warning"), (2, "critical"), (0, "passing")] {
                try await host.execute("echo \(code) > /tmp/code", in: id)
                #expect(try await host.turns("checked-script", status), "\(code)")
                let found = try await host.instances(of: "checked-script")[0]
                #expect(found.checks.contains { $0.output == "inside \(code) \(found.port)\n" }, "\(found)")
            }
        }

        private func tcp(_ containers: ForeignContainers) async throws {
            let host = containers.host
            // In its network: on a published port the engine's proxy would answer in any case.
            let labels = ["SERVICE_CHECK_TCP": "true", "SERVICE_CHECK_INTERVAL": "1s", "SERVICE_INTERNAL": "true"]
            try await containers.start(
                "checked-tcp", ports: ["80/tcp": FreePort.next()],
                labels: labels.merging(["SERVICE_NAME": "checked-tcp"]) { $1 })
            try await containers.start(
                "deaf", ports: ["80/tcp": FreePort.next()],
                labels: labels.merging(["SERVICE_NAME": "deaf", "SERVICE_CHECK_INITIAL_STATUS": "passing"]) { $1 },
                program: ForeignContainers.idle)
            #expect(try await host.turns("checked-tcp", "passing"))
            #expect(try await host.turns("deaf", "critical"))
        }

        private func timeToLive(_ containers: ForeignContainers) async throws {
            let host = containers.host
            try await containers.start(
                "checked-ttl", ports: ["80/tcp": FreePort.next()],
                labels: ["SERVICE_NAME": "checked-ttl", "SERVICE_CHECK_TTL": "6s"])
            // Nobody has spoken up yet.
            #expect(try await host.turns("checked-ttl", "critical"))
            let id = try await host.instances(of: "checked-ttl")[0].id
            func renew() async throws {
                let reply = try await host.catalog("/v1/agent/check/pass/service:\(id)?note=well", "PUT")
                #expect(reply.status == 200, "\(reply)")
            }
            try await renew()
            #expect(try await host.instances(of: "checked-ttl").map(\.status) == ["passing"])
            // Twice its time, during which nothing changes.
            let index = try await host.catalog("/v1/health/service/checked-ttl").index
            for _ in 0..<4 {
                try await renew()
                let reply = try await host.catalog("/v1/health/service/checked-ttl?index=\(index)&wait=3s")
                #expect(reply.index == index)
            }
            #expect(try await host.instances(of: "checked-ttl").map(\.status) == ["passing"])
            // Then the beats end.
            #expect(try await host.turns("checked-ttl", "critical"))
            #expect(try await host.instances(of: "checked-ttl")[0].complaint == "TTL expired")
        }

        /// The engine's HEALTHCHECK.
        private func own(_ containers: ForeignContainers) async throws {
            let host = containers.host
            let id = try await containers.start(
                "healthy", ports: ["80/tcp": FreePort.next()], labels: ["SERVICE_NAME": "healthy"],
                healthcheck: Healthcheck(
                    test: ["CMD-SHELL", "code=$(cat /tmp/code || echo 0); echo says $code; exit $code"],
                    interval: .seconds(1),
                    // The engine's own word for a late answer would take the place of what it says.
                    timeout: .seconds(60), retries: 1))
            for (code, status) in [(1, "critical"), (0, "passing"), (1, "critical")] {
                // At once: an empty file would be an answer too, and only a change of the status is told by the engine.
                try await host.execute("echo \(code) > /tmp/next && mv /tmp/next /tmp/code", in: id)
                var found: [CatalogInstance] = []
                let isTold = try await eventually {
                    found = try await host.instances(of: "healthy")
                    guard found.map(\.status) == [status] else { return false }
                    return code == 0 || found[0].complaint == "says 1"
                }
                #expect(isTold, "\(status): \(found)")
            }
        }
    }
}
