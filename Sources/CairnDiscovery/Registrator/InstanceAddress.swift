import CairnCatalog
import CairnCore
import DockerEngine

/// Where an instance can be reached.
struct InstanceAddress: Equatable {
    var ip: String
    var port: Int
    var tagged: [String: Service.TaggedAddress] = [:]
}

/// Why there is no address.
struct NoAddress: Error {
    var reason: String
}

/// Finds the addresses of a container's ports. An address of the host goes with a port of the host and one of a network
/// with the container's own port, never one with the other; only the strict rules know that pair.
struct AddressFinder {
    let container: ContainerInspect
    let options: RegistratorSettings.Options
    let mode: NetworkMode
    /// The container whose network is shared, if it is there.
    let owner: ContainerInspect?

    /// The instances of a port: in the published scope one for each port of the host, else one.
    func addresses(
        of port: ListeningPort, entries: [String: ServiceMetadata.Entry], isInternal: Bool
    ) throws(NoAddress) -> [InstanceAddress] {
        var found: [InstanceAddress]
        if case .container = mode {
            found = [try inNetworkOfOther(port)]
        } else if isInternal {
            found = [try inNetwork(port, named: options.isStrict ? nil : entries.value("network"))]
        } else if options.isStrict {
            found = [try strictlyPublished(port)]
        } else {
            found = try published(port)
        }
        if case .container = mode, options.isStrict { return found }
        if let label = options.useIPFromLabel, let ip = Self.address(in: container.config.labels[label]) {
            found = found.map { InstanceAddress(ip: ip, port: $0.port) }
        }
        if !options.isStrict, let ip = entries.value("ip") {
            guard ownAddresses.contains(ip) else {
                throw NoAddress(reason: "'\(ip.excerpt())' is no address of the container or its host")
            }
            found = found.map { InstanceAddress(ip: ip, port: $0.port) }
        }
        return found
    }

    /// `10.0.0.5/24` without what follows the last slash; nil for what is not an address.
    private static func address(in label: String?) -> String? {
        guard let label else { return nil }
        let ip = label.lastIndex(of: "/").map { String(label[..<$0]) } ?? label
        return IPAddressFamily(ip) != nil && !ip.isUnspecifiedIP ? ip : nil
    }

    /// What a container may say of itself: checks are made to the address, and must not reach anything else.
    private var ownAddresses: Set<String> {
        let networks = container.networks.values.flatMap { [$0.ipAddress, $0.globalIPv6Address] }
        let host = [options.ip, options.hostIPv4, options.hostIPv6].compactMap { $0 }
        let bound = container.publishedPorts.map(\.hostIP)
        return Set((networks + host + bound).filter { !$0.isUnspecifiedIP })
    }

    /// The host's address for what does not run and had none of its own that is known.
    var placeholder: InstanceAddress? {
        (options.ip ?? options.hostIPv4 ?? options.hostIPv6).map { InstanceAddress(ip: $0, port: 0) }
    }

    // MARK: Inside networks

    private func inNetwork(_ port: ListeningPort, named name: String?) throws(NoAddress) -> InstanceAddress {
        if mode == .host { return try onHost(port.number) }
        guard let endpoint = try endpoint(named: name) else {
            throw NoAddress(reason: "it is in no network")
        }
        return try address(at: endpoint, port.number)
    }

    private func address(at endpoint: NetworkEndpoint, _ port: Int) throws(NoAddress) -> InstanceAddress {
        let ipv4 = endpoint.ipAddress.isEmpty ? endpoint.fixedIPv4Address ?? "" : endpoint.ipAddress
        let ipv6 = endpoint.globalIPv6Address
        let ip = ipv4.isUnspecifiedIP ? ipv6 : ipv4
        guard !ip.isUnspecifiedIP else { throw NoAddress(reason: "it has no address in its network") }
        var address = InstanceAddress(ip: ip, port: port)
        if ip != ipv6, !ipv6.isUnspecifiedIP { address.tagged["lan_ipv6"] = .init(address: ipv6, port: port) }
        return address
    }

    private func endpoint(named name: String?) throws(NoAddress) -> NetworkEndpoint? {
        guard let name else { return Self.primary(of: container) }
        guard let endpoint = container.networks[name] else {
            throw NoAddress(reason: "it is not in the network '\(name.excerpt())'")
        }
        return endpoint
    }

    /// The place in the network that the container was started in, else in the first by name that has an address.
    static func primary(of container: ContainerInspect) -> NetworkEndpoint? {
        let name =
            switch NetworkMode(container) {
            case .named(let name): name
            default: "bridge"
            }
        if let endpoint = container.networks[name] { return endpoint }
        // A network can also be named by its id.
        let sorted = container.networks.sorted { $0.key < $1.key }.map(\.value)
        return sorted.first { $0.networkID == name }
            ?? sorted.first { !$0.ipAddress.isEmpty || !$0.globalIPv6Address.isEmpty } ?? sorted.first
    }

    private func inNetworkOfOther(_ port: ListeningPort) throws(NoAddress) -> InstanceAddress {
        guard let owner else { throw NoAddress(reason: "the container whose network it shares is not there") }
        if NetworkMode(owner) == .host { return try onHost(port.number) }
        guard let endpoint = Self.primary(of: owner) else {
            throw NoAddress(reason: "the container whose network it shares is in no network")
        }
        return try address(at: endpoint, port.number)
    }

    // MARK: On the host

    private func onHost(_ port: Int) throws(NoAddress) -> InstanceAddress {
        let any = [ListeningPort.Binding(ip: "0.0.0.0", port: port), ListeningPort.Binding(ip: "::", port: port)]
        return try address(of: any, port)
    }

    private func published(_ port: ListeningPort) throws(NoAddress) -> [InstanceAddress] {
        if port.isDirect { return [try onHost(port.number)] }
        var found: [InstanceAddress] = []
        var failure = NoAddress(reason: "it is not published")
        for hostPort in Set(port.bindings.map(\.port)).sorted() {
            do throws(NoAddress) {
                var address = try address(of: port.bindings.filter { $0.port == hostPort }, hostPort)
                if let inner = Self.primary(of: container), !inner.ipAddress.isEmpty {
                    address.tagged["container"] = .init(address: inner.ipAddress, port: port.number)
                }
                found.append(address)
            } catch { failure = error }
        }
        if found.isEmpty { throw failure }
        return found
    }

    private func address(of bindings: [ListeningPort.Binding], _ port: Int) throws(NoAddress) -> InstanceAddress {
        let ipv4 = best(of: bindings, .v4)
        let ipv6 = best(of: bindings, .v6)
        guard let ip = ipv4 ?? ipv6 else { throw NoAddress(reason: "the host's address for it is not known") }
        var address = InstanceAddress(ip: ip, port: port)
        if ipv4 != nil, let ipv6 { address.tagged["lan_ipv6"] = .init(address: ipv6, port: port) }
        return address
    }

    /// What reaches furthest: the host's address before a chosen one before loopback.
    private func best(of bindings: [ListeningPort.Binding], _ family: IPAddressFamily) -> String? {
        let own = bindings.map { $0.ip.isEmpty ? "0.0.0.0" : $0.ip }.filter { IPAddressFamily($0) == family }.sorted()
        let forced = options.ip.flatMap { IPAddressFamily($0) == family ? $0 : nil }
        let host = forced ?? (family == .v4 ? options.hostIPv4 : options.hostIPv6)
        if own.contains(where: \.isUnspecifiedIP), let host { return host }
        let chosen = own.filter { !$0.isUnspecifiedIP }
        if let ip = chosen.first(where: { !$0.isLoopbackIP }) { return forced ?? ip }
        return chosen.first
    }

    /// The first binding only; a container in a network of its own is given its address there with the host's port.
    private func strictlyPublished(_ port: ListeningPort) throws(NoAddress) -> InstanceAddress {
        let binding = port.bindings.first ?? .init(ip: "", port: port.number)
        var ip = binding.ip.isEmpty ? "0.0.0.0" : binding.ip
        switch mode {
        case .named(let name): ip = container.networks[name]?.ipAddress ?? ""
        case .none: ip = ""
        case .bridge, .host, .container: break
        }
        if ip == "0.0.0.0" { ip = options.hostIPv4 ?? "" }
        if ip == "::" { ip = options.hostIPv6 ?? "" }
        ip = options.ip ?? ip
        guard !ip.isUnspecifiedIP else { throw NoAddress(reason: "it has no address") }
        return InstanceAddress(ip: ip, port: binding.port)
    }
}
