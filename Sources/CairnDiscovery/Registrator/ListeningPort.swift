import DockerEngine

/// A port of a container, and where the host listens for it.
struct ListeningPort: Equatable {
    /// A place on the host.
    struct Binding: Equatable {
        var ip: String
        /// 0 when the engine has not chosen it yet, or any more.
        var port: Int
    }

    var number: Int
    /// `tcp`, `udp` or `sctp`.
    var transport: String
    /// In the engine's order.
    var bindings: [Binding] = []
    /// There is no translation: the container listens where it says (the host's network, or another container's).
    var isDirect = false

    /// As the engine writes it.
    var name: String { "\(number)/\(transport)" }
    var isPublished: Bool { isDirect || !bindings.isEmpty }

    /// The ports of a container by number and protocol: those it exposes and those the host listens for.
    ///
    /// While it runs, only the engine's report counts: what was asked for may be "any port". What does not run has no
    /// such report, so the request stands in for it.
    static func all(of container: ContainerInspect, isDirect: Bool) -> [ListeningPort] {
        var ports: [String: ListeningPort] = [:]
        func port(_ key: String) -> ListeningPort? { ports[key] ?? ListeningPort(key) }
        for key in container.config.exposedPorts {
            guard var port = port(key) else { continue }
            port.isDirect = isDirect
            if !container.state.isUp, container.hostConfig.publishAllPorts {
                port.bindings = [Binding(ip: "", port: 0)]
            }
            ports[port.name] = port
        }
        let isUp = container.state.isUp
        var requested = Set<String>()
        for binding in isUp ? container.publishedPorts : container.hostConfig.portBindings {
            guard var port = port(binding.containerPort).flatMap({ ports[$0.name] ?? $0 }) else { continue }
            // What is published on a named port is not published on any other.
            if requested.insert(port.name).inserted { port.bindings = [] }
            let hostPort = Int(binding.hostPort) ?? 0
            if hostPort > 0 || !isUp { port.bindings.append(Binding(ip: binding.hostIP, port: hostPort)) }
            ports[port.name] = port
        }
        return ports.values.sorted { ($0.number, $0.transport) < ($1.number, $1.transport) }
    }

    init(number: Int, transport: String) {
        self.number = number
        self.transport = transport
    }

    /// Reads `80/tcp`, and `80` for TCP.
    private init?(_ key: String) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let number = Int(first), (1...65535).contains(number), parts.count <= 2 else {
            return nil
        }
        self.init(number: number, transport: parts.count == 2 ? parts[1].lowercased() : "tcp")
    }
}

extension ContainerState {
    /// Its process exists, so that the engine knows addresses and ports.
    var isUp: Bool {
        switch status {
        case .running, .paused: true
        case .created, .restarting, .removing, .exited, .dead: false
        case .unknown: running
        }
    }
}

/// The network that a container starts in, as `HostConfig.NetworkMode` says it.
enum NetworkMode: Equatable {
    case bridge, host, none
    /// Another container's.
    case container(String)
    case named(String)

    init(_ container: ContainerInspect) {
        switch container.hostConfig.networkMode ?? "" {
        case "", "default", "bridge": self = .bridge
        case "host": self = .host
        case "none": self = .none
        case let mode where mode.hasPrefix("container:"): self = .container(String(mode.dropFirst(10)))
        case let mode: self = .named(mode)
        }
    }

    /// Without translation of ports.
    var isDirect: Bool {
        switch self {
        case .host, .container: true
        case .bridge, .none, .named: false
        }
    }
}
