import CairnCatalog
import CairnCore
import DockerEngine

/// The rows of one port.
extension RegistrationWork {
    mutating func register(_ candidate: Candidate, isGroup: Bool) {
        let port = candidate.port
        let given = candidate.entries.value("name")
        if options.isExplicit, given == nil {
            return note(.ignored, port, "Only what is given a name is registered, and nothing names it.")
        }
        let names = names(of: candidate, isGroup: isGroup)
        guard !names.isEmpty else { return }
        let found: [InstanceAddress]
        do throws(NoAddress) { found = try instances(candidate) } catch {
            return note(.warning, port, "The port is not registered: \(error.reason).")
        }
        for (index, address) in found.enumerated() {
            for (number, name) in names.enumerated() {
                var id = id(of: candidate, isGroup: isGroup)
                if index > 0 { id += "@\(address.port)" }
                if number > 0 { id += "~\(name)" }
                add(service(candidate, name: name, id: id, address: address), candidate)
            }
        }
    }

    /// Where it is reached. What does not run has lost its addresses in networks, but stays visible.
    private func instances(_ candidate: Candidate) throws(NoAddress) -> [InstanceAddress] {
        do throws(NoAddress) {
            let found = try addresses.addresses(
                of: candidate.port, entries: candidate.entries, isInternal: candidate.isInternal)
            if addresses.mode == .none, !options.isStrict { throw NoAddress(reason: "it is in no network") }
            return found
        } catch {
            guard !container.state.isUp, let placeholder = addresses.placeholder else { throw error }
            return [placeholder]
        }
    }

    // MARK: Names and ids

    private mutating func names(of candidate: Candidate, isGroup: Bool) -> [String] {
        let entry = candidate.entries.value("name") == nil ? nil : candidate.entries["name"]
        var names = [entry?.value ?? defaultName]
        if !options.isStrict, let entry {
            names = entry.value.split(separator: ";").map(String.init)
        }
        let isForPort = entry.map { $0.scope > .container } ?? false
        if (isGroup || options.alwaysSuffix) && !isForPort && candidate.port.number > 0 {
            names = names.map { "\($0)-\(candidate.port.number)" }
        }
        if let entry { note(.chosen, candidate.port, "The name is that of the \(entry.source).") }
        var seen = Set<String>()
        return names.filter { seen.insert($0).inserted && isAllowed($0, candidate.port) }
    }

    private mutating func isAllowed(_ name: String, _ port: ListeningPort) -> Bool {
        guard (1...RegistrationLimits.nameLength).contains(name.utf8.count) else {
            note(.warning, port, "'\(name.excerpt())' cannot be a name: it is empty or too long.")
            return false
        }
        guard !settings.isReserved(name.lowercased()) else {
            note(.refused, port, "The name '\(name.excerpt())' belongs to an app of this host.")
            return false
        }
        if !name.isDNSLabel {
            note(.warning, port, "The name '\(name.excerpt())' cannot be asked for by DNS.")
        }
        return true
    }

    private mutating func id(of candidate: Candidate, isGroup: Bool) -> String {
        let port = candidate.port
        if let entry = candidate.entries["id"], !entry.value.isEmpty {
            if entry.value.utf8.count > RegistrationLimits.idLength {
                note(.warning, port, "The \(entry.source) is too long for an id.")
            } else if entry.scope == .container, isGroup, !options.isStrict {
                note(.warning, port, "The \(entry.source) is for several ports, so the port is put behind it.")
                return "\(entry.value)-\(port.number)"
            } else {
                return entry.value
            }
        }
        let id = "\(node):\(container.name):\(port.number)"
        return port.transport == "udp" || (port.transport != "tcp" && !options.isStrict)
            ? "\(id):\(port.transport)" : id
    }

    // MARK: Rows

    private mutating func service(
        _ candidate: Candidate, name: String, id: String, address: InstanceAddress
    ) -> Service {
        let (port, entries) = (candidate.port, candidate.entries)
        var tags = ServiceNaming.tags(in: entries.value("tags") ?? "") + forcedTags
        if port.transport == "udp" || (port.transport != "tcp" && !options.isStrict) { tags.append(port.transport) }
        let limitedTags = RegistrationLimits.tags(tags)
        let limitedMeta = RegistrationLimits.meta(attributes(entries))
        for text in limitedTags.notes + limitedMeta.notes { note(.warning, port, text) }
        return Service(
            node: node, id: id, name: name, tags: limitedTags.tags, meta: limitedMeta.meta, address: address.ip,
            port: address.port, weights: weights(candidate), taggedAddresses: options.isStrict ? [:] : address.tagged,
            origin: .container(id: container.id))
    }

    /// What has no meaning of its own is told on.
    private func attributes(_ entries: [String: ServiceMetadata.Entry]) -> [String: String] {
        var known: Set = ["id", "name", "tags"]
        if !options.isStrict { known.formUnion(["ignore", "network", "ip", "internal", "force_register", "weight"]) }
        return entries.filter { key, _ in
            !known.contains(key) && (options.isStrict || !key.hasPrefix("check_"))
        }.mapValues(\.value)
    }

    private mutating func weights(_ candidate: Candidate) -> Service.Weights {
        guard !options.isStrict, let text = candidate.entries.value("weight") else { return Service.Weights() }
        // RFC 2782 has sixteen bits for it.
        guard let weight = Int(text), (1...65535).contains(weight) else {
            note(.warning, candidate.port, "'\(text.excerpt())' is not a weight from 1 to 65535.")
            return Service.Weights()
        }
        return Service.Weights(passing: weight)
    }

    private mutating func add(_ service: Service, _ candidate: Candidate) {
        var service = service
        if result.services.contains(where: { $0.id == service.id }) {
            guard !options.isStrict else { return replace(service, candidate) }
            if candidate.port.transport != "tcp" { service.id += ":\(candidate.port.transport)" }
            guard !result.services.contains(where: { $0.id == service.id }) else {
                return note(.refused, candidate.port, "The id '\(service.id.excerpt())' is that of another port.")
            }
        }
        let checks = checks(of: service, candidate)
        service.status = checks.map(\.status).worst
        service.output = checks.first { $0.status == service.status }?.output ?? ""
        result.services.append(service)
        result.checks += checks
        let place = service.port == 0 ? service.address : "\(service.address) port \(service.port)"
        note(.registered, candidate.port, "'\(service.name.excerpt())' is at \(place), as '\(service.id.excerpt())'.")
    }

    /// By the strict rules the last of equal ids counts.
    private mutating func replace(_ service: Service, _ candidate: Candidate) {
        result.services.removeAll { $0.id == service.id }
        result.checks.removeAll { $0.serviceID == service.id }
        note(.warning, candidate.port, "The id '\(service.id.excerpt())' takes the place of another port's.")
        add(service, candidate)
    }

    private mutating func checks(of service: Service, _ candidate: Candidate) -> [Check] {
        let health = EngineHealth(container.state, isDraining: isDraining)
        let engine = Check(
            node: node, id: Check.engineID(of: service.id), serviceID: service.id,
            name: "Container '\(container.name)'", status: health.status, output: health.output,
            definition: Check.Definition(probe: .engine), since: now)
        // Without a port there is nothing that could be asked.
        guard service.port > 0 else { return [engine] }
        var declared = DeclaredChecks(
            service: service, containerID: container.id, transport: candidate.port.transport,
            entries: candidate.entries, isStrict: options.isStrict, now: now)
        let checks = declared.read()
        for text in declared.notes { note(.warning, candidate.port, text) }
        return [engine] + checks
    }
}

extension String {
    /// RFC 1123, and the underscore that many names of services have.
    fileprivate var isDNSLabel: Bool {
        (1...63).contains(utf8.count)
            && utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
