import CairnCore
import CairnTestSupport
import Foundation
import Glibc
import Testing

extension HostTests {
    @Suite("Programs outside of containers")
    struct DiscoveryExec {
        @Test(
            "cairn exec registers, beats, forwards signals and the exit status, deregisters; killed it turns critical")
        func exec() async throws {
            try await TestHost.run { host in
                try await host.withDiscovery { _ in
                    try await orderly(host)
                    try await killed(host)
                    let usage = try await host.cairn("exec", "--service", "web:8080")
                    #expect(usage.status != 0 && usage.error.contains("cairn exec --service"), "\(usage)")
                    let missing = try await host.cairn("exec", "--service", "web:8080", "--", "/no/such/program")
                    #expect(missing.status != 0 && missing.error.contains("/no/such/program"), "\(missing)")
                    #expect(try await host.instances(of: "web") == [])
                    let status = try await host.cairn(
                        "exec", "--service", "web:8080", "--", "sh", "-c", "echo out; exit 5")
                    #expect(status.status == 5 && status.output == "out\n", "\(status)")
                    #expect(try await host.instances(of: "web") == [])
                }
            }
        }

        private func orderly(_ host: TestHost) async throws {
            let port = try FreePort.next()
            let program = try host.cairnInBackground(
                "exec", "--service", "orderly:\(port)", "--tag", "v2", "--meta", "region=eu", "--address", "127.0.0.1",
                "--ttl", "6", "--", "sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.1; done")
            #expect(try await host.turns("orderly", "passing"), "\(program.output)")
            let found = try await host.instances(of: "orderly")[0]
            #expect(found.location == "127.0.0.1:\(port)" && found.tags == ["v2"] && found.meta == ["region": "eu"])
            #expect(try await host.dig("v2.orderly.service.cairn").values == ["127.0.0.1"])
            // Beats change nothing, however often the time is over.
            let index = try await host.catalog("/v1/health/service/orderly").index
            let reply = try await host.catalog("/v1/health/service/orderly?index=\(index)&wait=8s")
            #expect(reply.index == index)
            #expect(try await host.instances(of: "orderly").map(\.status) == ["passing"])

            program.kill(by: SIGTERM, leaderOnly: true)
            let outcome = await program.outcome()
            #expect(outcome.status == 7, "\(outcome)")
            let isGone = try await eventually { try await host.dig("orderly.service.cairn").status == "NXDOMAIN" }
            #expect(isGone)
        }

        private func killed(_ host: TestHost) async throws {
            let program = try host.cairnInBackground(
                "exec", "--service", "killed:9", "--ttl", "6", "--", "sh", "-c",
                "while kill -0 $PPID 2>/dev/null; do sleep 0.2; done")
            #expect(try await host.turns("killed", "passing"), "\(program.output)")
            // Long enough for beats that only a daemon which has seen them knows of.
            let index = try await host.catalog("/v1/health/service/killed").index
            #expect(try await host.catalog("/v1/health/service/killed?index=\(index)&wait=8s").index == index)
            program.kill(by: SIGKILL, leaderOnly: true)
            #expect(await program.outcome().status == 128 + SIGKILL)
            #expect(try await host.turns("killed", "critical"))
            #expect(try await host.dig("killed.service.cairn").values == [])
            let id = try await host.instances(of: "killed")[0].id
            try await host.cairn("services:deregister", id).check()
            let isGone = try await eventually { try await host.instances(of: "killed").isEmpty }
            #expect(isGone)
        }

        @Test("services:register enters what runs elsewhere; whoever holds the service's lock is its leader in DNS")
        func leader() async throws {
            try await TestHost.run { host in
                try await host.withDiscovery { _ in
                    for number in 1...2 {
                        try await host.cairn(
                            "services:register", "db", "--id", "db-\(number)", "--address", "198.51.100.\(number)",
                            "--port", "5432"
                        ).check()
                    }
                    let areFound = try await eventually { try await host.passing("db").count == 2 }
                    #expect(areFound)
                    #expect(try await host.dig("leader.db.service.cairn").values == [])
                    let first = try await acquire(host, "db-1")
                    #expect(first.isHeld)
                    #expect(try await leads(host, "198.51.100.1"))
                    // Who comes second does not get it.
                    let second = try await acquire(host, "db-2")
                    #expect(!second.isHeld)
                    #expect(try await host.dig("leader.db.service.cairn").values == ["198.51.100.1"])
                    _ = try await host.catalog("/v1/session/destroy/\(first.session)", "PUT")
                    #expect(try await leads(host, nil))
                    #expect(try await acquire(host, "db-2", session: second.session).isHeld)
                    #expect(try await leads(host, "198.51.100.2"))
                }
            }
        }

        private func acquire(
            _ host: TestHost, _ id: String, session: String? = nil
        ) async throws -> (session: String, isHeld: Bool) {
            var name = session ?? ""
            if session == nil {
                let reply = try await host.catalog("/v1/session/create", "PUT", body: #"{"LockDelay": "0s"}"#)
                name = try reply.json()["ID"].string
            }
            let reply = try await host.catalog("/v1/kv/service/db/leader?acquire=\(name)", "PUT", body: id)
            return (name, reply.body == "true")
        }

        private func leads(_ host: TestHost, _ address: String?) async throws -> Bool {
            let wanted = address.map { [$0] } ?? []
            return try await eventually { try await host.dig("leader.db.service.cairn").values == wanted }
        }
    }
}
