import CairnCatalog

extension Zone {
    /// A service, perhaps after a tag: the longest name that is known counts as the service's.
    func service(
        _ labels: [String], _ question: DNSQuestion, _ random: inout some RandomNumberGenerator
    ) -> DNSFinding {
        for split in labels.indices {
            let name = labels[split...].joined(separator: ".")
            let entries = snapshot.entries(named: name)
            guard !entries.isEmpty else { continue }
            if split == 0 { return instances(entries, question, &random) }
            let tag = labels[..<split].joined(separator: ".")
            if tag == "leader", let leader = leader(of: entries) { return instances([leader], question, &random) }
            return instances(entries.filter { $0.hasTag(tag) }, question, &random)
        }
        return .answer(nameError("no service has that name"))
    }

    func service(
        named name: String, tag: String?, _ question: DNSQuestion, _ random: inout some RandomNumberGenerator
    ) -> DNSFinding {
        let entries = snapshot.entries(named: name)
        return instances(entries.filter { entry in tag.map(entry.hasTag) ?? true }, question, &random)
    }

    /// Whoever holds the service's lock.
    private func leader(of entries: [ServiceEntry]) -> ServiceEntry? {
        guard let name = entries.first?.service.name, let key = view.leaders[name] else { return nil }
        return entries.first { $0.service.key == key }
    }

    /// What is to be said of some instances: that there are none, that none can be used just now, or where they are.
    func instances(
        _ entries: [ServiceEntry], _ question: DNSQuestion, _ random: inout some RandomNumberGenerator
    ) -> DNSFinding {
        // One says the same of what may not be seen as of what does not exist.
        let visible = entries.filter(isVisible)
        guard !visible.isEmpty else {
            return .answer(nameError("no instance of that name is registered, or none that may be seen from here"))
        }
        let healthy = visible.filter { $0.status == .passing || ($0.status == .warning && !settings.onlyPassing) }
        guard !healthy.isEmpty else {
            let reason = "none of the \(visible.count) instances is healthy"
            return .answer(settings.isStrict ? nameError(reason) : noData(reason))
        }
        return question.type == .srv
            ? .answer(locations(of: healthy, question, &random)) : addresses(of: healthy, question, &random)
    }

    func isVisible(_ entry: ServiceEntry) -> Bool {
        guard case .app(let client) = viewer, let owner = entry.service.appInstance?.appID else { return true }
        return snapshot.reach.allows(client, owner)
    }

    private func addresses(
        of entries: [ServiceEntry], _ question: DNSQuestion, _ random: inout some RandomNumberGenerator
    ) -> DNSFinding {
        var seen: Set<IPAddress> = []
        var addresses = entries.flatMap(addresses).filter { seen.insert($0).inserted }
        addresses.shuffle(using: &random)
        let ttl = settings.ttl(ofService: entries[0].service.name)
        // Several aliases of one name are not allowed, nor an alias beside addresses.
        if addresses.isEmpty, let host = entries.compactMap(hostname).randomElement(using: &random),
            let alias = alias(question, of: host, ttl: ttl)
        {
            return alias
        }
        return .answer(answer(addresses, ttl: ttl, question))
    }

    /// The addresses of an instance, one of each family; none when it has a host's name instead.
    func addresses(of entry: ServiceEntry) -> [IPAddress] {
        let service = entry.service
        let tagged = [service.taggedAddresses["lan_ipv4"]?.address, service.taggedAddresses["lan_ipv6"]?.address]
        return service.address.isEmpty
            ? addresses(of: entry.node) + families(tagged) : families([service.address] + tagged)
    }

    func hostname(of entry: ServiceEntry) -> DNSName? {
        guard IPAddress(entry.address) == nil, let name = DNSName(entry.address), name != .root else { return nil }
        return name
    }
}
