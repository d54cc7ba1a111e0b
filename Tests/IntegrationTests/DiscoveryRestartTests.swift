import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Glibc
import Testing

extension HostTests {
    @Suite("Discovery when the daemon dies")
    struct DiscoveryRestart {
        @Test(
            "Killed and started: the same records, no index lower, never an empty answer; what it missed is made up for"
        )
        func restart() async throws {
            try await TestHost.run { host in
                try await SampleApp("billing", on: host).push().check()
                // Whatever else runs on the engine is to change nothing.
                try await host.cairn("discovery:set", "--global", "register", "explicit").check()
                try await host.withDiscovery { daemon in
                    try await ForeignContainers.on(host) { containers in
                        try await containers.start(
                            "staying", ports: ["80/tcp": FreePort.next()], labels: ["SERVICE_NAME": "staying"])
                        let going = try await containers.start(
                            "going", ports: ["80/tcp": FreePort.next()], labels: ["SERVICE_NAME": "going"])
                        let body =
                            #"{"Name": "told", "Address": "198.51.100.7", "Port": 7, "Check": {"TTL": "600s", "Status": "passing"}}"#
                        #expect(try await host.catalog("/v1/agent/service/register", "PUT", body: body).status == 200)
                        #expect(try await host.turns("staying", "passing"))
                        #expect(try await host.turns("going", "passing"))
                        try await unchanged(host, daemon)
                        try await missed(host, daemon, containers, going)
                        try await paused(host, daemon)
                    }
                }
            }
        }

        private static let names = ["billing", "staying", "told"]

        /// Nothing happens while it is away.
        private func unchanged(_ host: TestHost, _ daemon: ServerProcess) async throws {
            let before = try await records(host)
            let index = try await host.catalog("/v1/catalog/services").index
            daemon.stop(by: SIGKILL)
            async let restarted: Void = daemon.start(until: .unixSocket(host.settings.daemonSocket))
            #expect(try await firstAnswer(host).values == ["198.51.100.7"])
            let first = try await records(host)
            #expect(first == before)
            try await restarted
            #expect(try await host.catalog("/v1/catalog/services").index == index)

            // A client that knows the index from before waits for what is new.
            async let waiting = host.catalog("/v1/health/service/told?index=\(before["told"]?.index ?? 0)&wait=60s")
            let body = #"{"Name": "told", "ID": "told-2", "Address": "198.51.100.8", "Port": 8}"#
            #expect(try await host.catalog("/v1/agent/service/register", "PUT", body: body).status == 200)
            let reply = try await waiting
            #expect(reply.index > index)
            #expect(try reply.json().items.count == 2)
            #expect(try await host.catalog("/v1/agent/service/deregister/told-2", "PUT").status == 200)
            // Others are as they were.
            #expect(try await records(host)["billing"] == before["billing"])
            #expect(try await records(host)["staying"] == before["staying"])
        }

        private func missed(
            _ host: TestHost, _ daemon: ServerProcess, _ containers: ForeignContainers, _ going: String
        ) async throws {
            let before = try await records(host)
            daemon.stop(by: SIGKILL)
            try await containers.remove(going)
            try await containers.start(
                "coming", ports: ["80/tcp": FreePort.next()], labels: ["SERVICE_NAME": "coming"])
            try await host.cairn("services:register", "meanwhile", "--address", "198.51.100.9", "--port", "9").check()
            async let restarted: Void = daemon.start(until: .unixSocket(host.settings.daemonSocket))
            #expect(try await firstAnswer(host).values == ["198.51.100.7"])
            // It looks before it answers.
            #expect(try await host.dig("going.service.cairn").status == "NXDOMAIN")
            #expect(try await host.dig("coming.service.cairn").values == ["127.0.0.1"])
            #expect(try await host.dig("meanwhile.service.cairn").values == ["198.51.100.9"])
            try await restarted
            #expect(try await host.turns("coming", "passing"))
            #expect(try await host.instances(of: "going") == [])
            for (name, record) in try await records(host) { #expect(record == before[name], "\(name)") }
        }

        /// A copy is frozen, and let go on, while nobody looks.
        private func paused(_ host: TestHost, _ daemon: ServerProcess) async throws {
            let container = try await host.container(of: "billing")
            daemon.stop(by: SIGKILL)
            try await host.engine.pauseContainer(container)
            async let first: Void = daemon.start(until: .unixSocket(host.settings.daemonSocket))
            #expect(try await firstAnswer(host).values == ["198.51.100.7"])
            #expect(try await host.dig("billing.cairn").values == [])
            try await first
            // Reconciling does not take it for one that serves.
            let index = try await host.catalog("/v1/health/service/billing").index
            #expect(try await host.catalog("/v1/health/service/billing?index=\(index)&wait=3s").index == index)
            #expect(try await host.instances(of: "billing").map(\.complaint) == ["is paused"])

            daemon.stop(by: SIGKILL)
            try await host.engine.unpauseContainer(container)
            try await daemon.start(until: .unixSocket(host.settings.daemonSocket))
            let addresses = try host.addresses(of: "billing")
            let isBack = try await eventually { try await host.dig("billing.cairn").values == addresses }
            #expect(isBack)
        }

        private struct Record: Equatable {
            let index: UInt64
            let instances: [CatalogInstance]
        }

        private func records(_ host: TestHost) async throws -> [String: Record] {
            var records: [String: Record] = [:]
            for name in Self.names {
                let reply = try await host.catalog("/v1/health/service/\(name)")
                records[name] = Record(index: reply.index, instances: try reply.json().items.map(CatalogInstance.init))
            }
            return records
        }

        /// What the name server says first.
        private func firstAnswer(_ host: TestHost) async throws -> DNSReply {
            var reply = DNSReply(parsing: "")
            _ = try await eventually {
                reply = try await host.dig("told.service.cairn")
                return !reply.status.isEmpty
            }
            let answers = try await eventually { try await host.catalog("/v1/status/leader").status == 200 }
            #expect(answers)
            return reply
        }
    }
}
