import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Discovery of other containers")
    struct DiscoveryContainers {
        @Test("Published ports are services, named and described by labels and variables; events are followed")
        func registration() async throws {
            try await TestHost.run { host in
                // Its copies will be called so, if it ever has some.
                try await host.cairn("apps:create", "ledger").check()
                try await host.withDiscovery { _ in
                    try await ForeignContainers.on(host) { containers in
                        try await described(containers)
                        try await severalPorts(containers)
                        try await renamed(containers)
                        try await connected(containers)
                        try await ended(containers)
                        try await refused(containers)
                    }
                    let areGone = try await eventually { try await host.instances(of: "database").isEmpty }
                    #expect(areGone)
                    #expect(try await host.dig("database.service.cairn").status == "NXDOMAIN")
                }
            }
        }

        private func described(_ containers: ForeignContainers) async throws {
            let host = containers.host
            let port = try FreePort.next()
            try await containers.start(
                "database", ports: ["80/tcp": port],
                labels: ["SERVICE_NAME": "database", "SERVICE_TAGS": #"primary,eu\,west"#, "SERVICE_WEIGHT": "7"],
                env: ["SERVICE_NAME=overruled", "SERVICE_REGION=eu", "SERVICE_80_TIER=gold"])
            #expect(try await host.turns("database", "passing"))
            let found = try await host.instances(of: "database")[0]
            let node = try await host.cairnJSON("services:report")["node"].string
            #expect(found.id == "\(node):\(containers.name("database")):80")
            #expect(found.location == "127.0.0.1:\(port)")
            #expect(found.tags == ["primary", "eu,west"])
            #expect(found.meta == ["region": "eu", "tier": "gold"])
            #expect(try await host.dig("database.service.cairn").values == ["127.0.0.1"])
            let tagged = try await host.dig("primary.database.service.cairn", "SRV")
            #expect(tagged.values.map { $0.split(separator: " ").dropLast().joined(separator: " ") } == ["1 7 \(port)"])
            #expect(try await host.dig("other.database.service.cairn").values == [])
            #expect(try await host.instances(of: "overruled") == [])
            let explained = try await host.cairn("services:explain", containers.name("database")).check()
            #expect(explained.output.contains("label SERVICE_NAME"), "\(explained)")
            #expect(try await host.cairn("services:list", "--tag", "primary").check().lines.count == 2)
        }

        private func severalPorts(_ containers: ForeignContainers) async throws {
            let host = containers.host
            let ports = [
                "80/tcp": try FreePort.next(), "53/udp": try FreePort.next(), "8080/tcp": try FreePort.next(),
                "9000/tcp": try FreePort.next(),
            ]
            try await containers.start(
                "several", ports: ports,
                labels: ["SERVICE_NAME": "several", "SERVICE_8080_NAME": "admin", "SERVICE_9000_IGNORE": "true"])
            #expect(try await host.turns("several-80", "passing"))
            #expect(try await host.turns("admin", "passing"))
            #expect(try await host.turns("several-53", "passing"))
            let datagrams = try await host.instances(of: "several-53")[0]
            #expect(datagrams.tags == ["udp"] && datagrams.id.hasSuffix(":53:udp"), "\(datagrams)")
            #expect(datagrams.port == ports["53/udp"])
            #expect(try await host.dig("_several-53._udp.service.cairn", "SRV").values.count == 1)
            #expect(try await host.dig("_several-80._udp.service.cairn", "SRV").status == "NXDOMAIN")
            #expect(try await host.instances(of: "several-9000") == [])
            // Without a name, the image's.
            try await containers.start("unnamed", ports: ["80/tcp": FreePort.next()])
            let isFound = try await eventually {
                try await host.instances(of: "debian").contains { $0.id.hasSuffix(":\(containers.name("unnamed")):80") }
            }
            #expect(isFound)
        }

        private func renamed(_ containers: ForeignContainers) async throws {
            let host = containers.host
            let id = try await containers.start(
                "before", ports: ["80/tcp": FreePort.next()], labels: ["SERVICE_NAME": "renamed"])
            #expect(try await host.turns("renamed", "passing"))
            try await host.engine.renameContainer(id, to: containers.name("after"))
            let isRenamed = try await eventually {
                let found = try await host.instances(of: "renamed")
                return found.count == 1 && found[0].id.hasSuffix(":\(containers.name("after")):80")
            }
            #expect(isRenamed)
        }

        private func connected(_ containers: ForeignContainers) async throws {
            let host = containers.host
            let network = containers.name("net")
            _ = try await host.engine.createNetwork(NetworkSpec(name: network))
            do {
                let id = try await containers.start(
                    "inside", ports: ["80/tcp": FreePort.next()],
                    labels: ["SERVICE_NAME": "inside", "SERVICE_NETWORK": network])
                let explained = try await host.cairn("services:explain", id).check()
                #expect(explained.output.contains("not in the network"), "\(explained)")
                try await host.engine.connectNetwork(network, container: id)
                #expect(try await host.turns("inside", "passing"))
                let address = try await host.engine.inspectContainer(id).networks[network]?.ipAddress ?? ""
                #expect(try await host.instances(of: "inside").map(\.location) == ["\(address):80"])
                #expect(try await host.dig("inside.service.cairn").values == [address])
                try await host.engine.disconnectNetwork(network, container: id)
                let isGone = try await eventually { try await host.instances(of: "inside").isEmpty }
                #expect(isGone)
            } catch {
                try? await host.engine.removeNetwork(network)
                throw error
            }
            try await host.engine.removeNetwork(network)
        }

        private func ended(_ containers: ForeignContainers) async throws {
            let host = containers.host
            let program = "sleep 1 until -e '/tmp/end'; exit 3"
            let crashing = try await containers.start(
                "crashing", ports: ["80/tcp": FreePort.next()], labels: ["SERVICE_NAME": "crashing"], program: program)
            let ending = try await containers.start(
                "ending", ports: ["80/tcp": FreePort.next()], labels: ["SERVICE_NAME": "ending"])
            #expect(try await host.turns("crashing", "passing"))
            #expect(try await host.turns("ending", "passing"))
            try await host.execute("touch /tmp/end", in: crashing)
            #expect(try await host.turns("crashing", "critical"))
            #expect(try await host.instances(of: "crashing")[0].complaint == "ended with status 3")
            let none = try await host.dig("crashing.service.cairn")
            #expect(none.status == "NOERROR" && none.values == [], "\(none)")

            try await host.engine.pauseContainer(ending)
            #expect(try await host.turns("ending", "critical"))
            try await host.engine.unpauseContainer(ending)
            #expect(try await host.turns("ending", "passing"))
            try await host.engine.stopContainer(ending, timeout: 10)
            let isGone = try await eventually { try await host.instances(of: "ending").isEmpty }
            #expect(isGone)
            try await host.engine.startContainer(ending)
            #expect(try await host.turns("ending", "passing"))
            try await containers.remove(crashing)
            let isRemoved = try await eventually { try await host.instances(of: "crashing").isEmpty }
            #expect(isRemoved)
        }

        private func refused(_ containers: ForeignContainers) async throws {
            let host = containers.host
            let id = try await containers.start(
                "claimant", ports: ["80/tcp": FreePort.next()], labels: ["SERVICE_NAME": "ledger;ledger-free"])
            #expect(try await host.turns("ledger-free", "passing"))
            #expect(try await host.instances(of: "ledger") == [])
            #expect(try await host.dig("ledger.service.cairn").status == "NXDOMAIN")
            let notes = try await host.cairnJSON("services:explain", id)["notes"].items
            #expect(
                notes.contains { $0["kind"].string == "refused" && $0["text"].string.contains("ledger") }, "\(notes)")
        }
    }
}
