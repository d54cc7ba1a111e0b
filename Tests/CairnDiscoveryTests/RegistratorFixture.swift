import CairnCatalog
import CairnCore
import CairnDiscovery
import DockerEngine
import Foundation

/// A container as the engine describes it, on the bridge with 172.17.0.5 unless something else is said.
struct ContainerFixture {
    var id = "c1c1c1"
    var name = "c1"
    var image = "acme/web:1"
    var imageID = "sha256:aaaa"
    var hostname = "c1c1c1"
    var env: [String] = []
    var labels: [String: String] = [:]
    var exposed: [String] = []
    /// Container port, host address, host port, in the engine's order.
    var published: [(String, String, Int)] = []
    var requested: [(String, String)] = []
    var mode = "bridge"
    var networks: [String: JSONValue] = ["bridge": ["IPAddress": "172.17.0.5"]]
    var state: [String: JSONValue] = ["Status": "running", "Running": true]
    var stopSignal: String?
    var created = "2026-01-31T10:20:30Z"

    var document: JSONValue {
        var ports: [String: JSONValue] = [:]
        for port in exposed { ports[port] = .null }
        for (port, ip, hostPort) in published {
            var list: [JSONValue] = if case .array(let known) = ports[port] { known } else { [] }
            list.append(["HostIp": .string(ip), "HostPort": .string(String(hostPort))])
            ports[port] = .array(list)
        }
        let isUp = state["Status"] == "running" || state["Status"] == "paused"
        let config: JSONValue = [
            "Image": .string(image), "Hostname": .string(hostname), "Env": .array(env.map { .string($0) }),
            "Labels": .object(labels.mapValues { .string($0) }),
            "ExposedPorts": .object(ports.mapValues { _ in .object([:]) }),
            "StopSignal": stopSignal.map { .string($0) } ?? .null,
        ]
        let bindings = Dictionary(grouping: requested, by: \.0).mapValues { list in
            JSONValue.array(list.map { ["HostIp": "", "HostPort": .string($0.1)] })
        }
        return [
            "Id": .string(id), "Name": .string("/" + name), "Image": .string(imageID), "State": .object(state),
            "Created": .string(created), "Config": config,
            "HostConfig": ["NetworkMode": .string(mode), "PortBindings": .object(bindings)],
            "NetworkSettings": [
                "Ports": isUp && mode != "host" ? .object(ports) : .object([:]), "Networks": .object(networks),
            ],
        ]
    }

    func inspect() throws -> ContainerInspect {
        try JSONDecoder().decode(ContainerInspect.self, from: Data(document.text.utf8))
    }

    func observation(imageTags: [String] = []) throws -> Registrator.Observation {
        Registrator.Observation(try inspect(), document: document, imageTags: imageTags)
    }

    func registration(
        _ settings: RegistratorSettings, imageTags: [String] = [], now: Date = Date(),
        other: (String) -> ContainerInspect? = { _ in nil }
    ) throws -> Registrator.Registration {
        Registrator.registration(
            of: try observation(imageTags: imageTags), settings: settings, node: "host1", now: now, other: other)
    }

    /// One line for each service: name, id, address.
    func lines(
        _ settings: RegistratorSettings, imageTags: [String] = [], other: (String) -> ContainerInspect? = { _ in nil }
    ) throws -> [String] {
        try registration(settings, imageTags: imageTags, other: other).services.map(\.line)
    }
}

extension Service {
    var line: String { "\(name) | \(id) | \(address):\(port)" }
}

extension RegistratorSettings {
    /// Node host1 with the forced address 192.0.2.10.
    static func standard(
        reserved: Set<String> = [], _ change: (inout Options) -> Void = { _ in }
    ) throws -> RegistratorSettings {
        var options = Options()
        options.ip = "192.0.2.10"
        change(&options)
        return try RegistratorSettings(options) { reserved.contains($0) }
    }

    static var strict: RegistratorSettings {
        get throws { try standard { $0.isStrict = true } }
    }
}
