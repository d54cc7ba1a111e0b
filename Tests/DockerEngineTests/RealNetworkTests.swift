import DockerEngine
import Testing

@Suite("Networks and volumes of a real engine", .needsEngine, .timeLimit(.minutes(3)))
struct RealNetworkTests {
    private let engine = RealEngine.client

    @Test func fixedAddressesOutsideTheAutomaticRange() async throws {
        let name = RealEngine.name("network")
        let prefix = "10.199.\(Int.random(in: 0...255))"
        let spec = NetworkSpec(
            name: name, subnet: "\(prefix).0/26", ipRange: "\(prefix).48/28", gateway: "\(prefix).1",
            labels: [name: "1"])
        let network = try await engine.createNetwork(spec)
        try await RealEngine.cleaning {
            try await engine.removeNetwork(network)
        } after: {
            let duplicate = await #expect(throws: EngineError.self) { try await engine.createNetwork(spec) }
            #expect(duplicate?.isConflict == true)
            let listed = try await engine.listNetworks(labels: [name])
            #expect(listed.map(\.id) == [network])
            #expect(
                listed.first?.pools == [
                    IPAMPool(subnet: "\(prefix).0/26", ipRange: "\(prefix).48/28", gateway: "\(prefix).1")
                ])
            try await membersOf(network, named: name, prefix: prefix)
        }
    }

    private func membersOf(_ network: String, named name: String, prefix: String) async throws {
        let join: (inout ContainerSpec) -> Void = {
            $0.hostConfig.networkMode = name
            $0.endpoints = [name: EndpointSpec(ipv4Address: "\(prefix).2", aliases: ["web"])]
        }
        try await RealEngine.withContainer("sleep 60", join) { first in
            try await RealEngine.withContainer("sleep 60") { second in
                try await engine.startContainer(first)
                try await engine.startContainer(second)
                let taken = await #expect(throws: EngineError.self) {
                    try await engine.connectNetwork(
                        network, container: second, EndpointSpec(ipv4Address: "\(prefix).2"))
                }
                #expect(taken?.kind == .http(status: 403))
                try await engine.connectNetwork(network, container: second, EndpointSpec(aliases: ["db"]))

                let fixed = try await engine.inspectContainer(first).networks[name]
                #expect(fixed?.ipAddress == "\(prefix).2")
                #expect(fixed?.fixedIPv4Address == "\(prefix).2")
                #expect(fixed?.networkID == network)
                #expect(fixed?.aliases.contains("web") == true)
                let automatic = try await engine.inspectContainer(second).networks[name]?.ipAddress
                #expect(automatic == "\(prefix).48")
                let members = try await engine.inspectNetwork(name).containers
                #expect(members[first]?.ipv4Address == "\(prefix).2/26")
                #expect(members[second]?.ipv4Address == "\(prefix).48/26")

                try await engine.restartContainer(first, timeout: 1)
                #expect(try await engine.inspectContainer(first).networks[name]?.ipAddress == "\(prefix).2")
                try await engine.disconnectNetwork(network, container: second)
                #expect(try await engine.inspectNetwork(network).containers[second] == nil)
            }
        }
    }

    @Test func volumesKeepTheirLabels() async throws {
        let name = RealEngine.name("volume")
        let volume = try await engine.createVolume(VolumeSpec(name: name, labels: [name: "1"]))
        try await RealEngine.cleaning {
            try await engine.removeVolume(name)
        } after: {
            #expect(volume.mountpoint.hasPrefix("/"))
            #expect(try await engine.listVolumes(labels: [name]) == [volume])
            #expect(try await engine.inspectVolume(name).labels == [name: "1"])
            let mount: (inout ContainerSpec) -> Void = {
                $0.hostConfig.mounts = [.init(type: "volume", source: name, target: "/data", readOnly: true)]
            }
            try await RealEngine.withContainer("true", mount) { id in
                let mounted = try await engine.inspectContainer(id).mounts
                #expect(mounted.map(\.name) == [name])
                #expect(mounted.first?.isWritable == false)
                let used = await #expect(throws: EngineError.self) { try await engine.removeVolume(name) }
                #expect(used?.isConflict == true)
            }
        }
        let gone = await #expect(throws: EngineError.self) { try await engine.inspectVolume(name) }
        #expect(gone?.isNotFound == true)
    }
}
