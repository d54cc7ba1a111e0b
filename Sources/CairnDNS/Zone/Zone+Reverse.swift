import CairnCatalog
import CairnCore

/// The names of addresses (RFC 1035 section 3.5, RFC 3596 section 2.5).
extension Zone {
    /// nil when the address is none of the catalog's: then somebody else may know it.
    func reverse(_ address: IPAddress, _ question: DNSQuestion) -> DNSAnswer? {
        var names: [DNSName] = []
        func add(_ name: DNSName?) { if let name, !names.contains(name) { names.append(name) } }
        for node in snapshot.nodes.values.sorted(by: { $0.name < $1.name }) where addresses(of: node).contains(address)
        {
            add(nodeName(node))
        }
        for entry in snapshot.entries where isVisible(entry) && !entry.service.address.isEmpty {
            guard addresses(of: entry).contains(address) else { continue }
            // The most exact name first: many programs take the first.
            if let instance = entry.service.appInstance { add(name(of: instance)) }
            add(serviceName(entry.service.name))
        }
        guard !names.isEmpty else { return nil }
        guard question.type == .ptr || question.type == .any else {
            return DNSAnswer(code: .noError, reason: "an address has a name and nothing else")
        }
        let records = names.map { DNSRecord(name: question.name, ttl: settings.nodeTTL, value: .ptr($0)) }
        return DNSAnswer(code: .noError, records: records)
    }

    private func serviceName(_ name: String) -> DNSName? {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return DNSName(labels: labels + ["service", settings.datacenter], under: domain)
    }

    /// The address that a name such as `5.0.17.172.in-addr.arpa` stands for.
    static func reversedAddress(_ labels: [String]) -> IPAddress? {
        switch (labels.suffix(2), labels.count) {
        case (["in-addr", "arpa"], 6):
            return IPv4Address(labels.prefix(4).reversed().joined(separator: ".")).map(IPAddress.v4)
        case (["ip6", "arpa"], 34):
            let digits = labels.prefix(32)
            guard digits.allSatisfy({ $0.utf8.count == 1 }) else { return nil }
            return IPAddress(hexadecimal: digits.reversed().joined())
        default: return nil
        }
    }
}
