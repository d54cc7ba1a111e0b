import CairnCatalog

/// Answers that say host and port (RFC 2782).
extension Zone {
    func locations(
        of entries: [ServiceEntry], _ question: DNSQuestion, _ random: inout some RandomNumberGenerator
    ) -> DNSAnswer {
        var answer = DNSAnswer(code: .noError)
        var seen: Set<DNSRecord.Value> = []
        var notes: [DNSRecord] = []
        for entry in entries.shuffled(using: &random) {
            // Without a port there is nothing to connect to; the address alone is found by A and AAAA.
            guard let port = UInt16(exactly: entry.service.port), port > 0, let target = target(of: entry) else {
                continue
            }
            let value = DNSRecord.Value.srv(priority: 1, weight: weight(of: entry), port: port, target: target.name)
            guard seen.insert(value).inserted else { continue }
            let ttl = settings.ttl(ofService: entry.service.name)
            answer.records.append(DNSRecord(name: question.name, ttl: ttl, value: value))
            answer.additional += target.addresses.map { DNSRecord(name: target.name, ttl: ttl, value: .init($0)) }
            if !entry.node.meta.isEmpty, let name = nodeName(entry.node) {
                notes += texts(of: entry.node, named: name)
            }
        }
        guard !answer.records.isEmpty else { return noData("the healthy instances have no port") }
        // Many instances share an address, and a node.
        var known: Set<DNSRecord> = []
        answer.additional = (answer.additional + notes).filter { known.insert($0).inserted }
        return answer
    }

    private func weight(of entry: ServiceEntry) -> UInt16 {
        let weights = entry.service.weights
        return UInt16(clamping: entry.status == .warning ? weights.warning : weights.passing)
    }

    /// The name under which the instance's address is found, with that address as far as it is known here; nil when the
    /// client cannot reach it.
    private func target(of entry: ServiceEntry) -> (name: DNSName, addresses: [IPAddress])? {
        let addresses = addresses(of: entry)
        guard let address = addresses.first else { return hostname(of: entry).map { ($0, []) } }
        if entry.service.address.isEmpty, IPAddress(entry.node.address) != nil, let name = nodeName(entry.node) {
            return (name, addresses)
        }
        let name = DNSName(labels: [address.hexadecimal, "addr", settings.datacenter], under: domain)
        return name.map { ($0, [address]) }
    }
}
