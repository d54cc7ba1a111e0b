import CairnCatalog

extension Zone {
    func nodeFinding(_ name: String, _ question: DNSQuestion) -> DNSFinding {
        let node = snapshot.nodes[name] ?? snapshot.nodes.values.first { $0.name.lowercased() == name }
        guard let node else { return .answer(nameError("no node has that name")) }
        guard IPAddress(node.address) == nil, let target = DNSName(node.address), target != .root else {
            return .answer(self.node(node, question))
        }
        return alias(question, of: target, ttl: settings.nodeTTL) ?? .answer(self.node(node, question))
    }

    func node(_ node: Node, _ question: DNSQuestion) -> DNSAnswer {
        guard question.type == .txt else {
            return answer(addresses(of: node), ttl: settings.nodeTTL, question)
        }
        let records = texts(of: node, named: question.name)
        return records.isEmpty ? noData(nil) : DNSAnswer(code: .noError, records: records)
    }

    /// What is noted of a node, each as `key=value`. Keys that begin with `rfc1035-` give their value alone, as
    /// documented for Consul: https://developer.hashicorp.com/consul/docs/services/discovery/dns-static-lookups
    func texts(of node: Node, named name: DNSName) -> [DNSRecord] {
        node.meta.sorted { $0.key < $1.key }.map { key, value in
            let text = key.lowercased().hasPrefix("rfc1035-") ? value : "\(key)=\(value)"
            return DNSRecord(name: name, ttl: settings.nodeTTL, value: .txt(Self.strings(Array(text.utf8))))
        }
    }

    /// A text in strings of at most 255 bytes.
    private static func strings(_ bytes: [UInt8]) -> [[UInt8]] {
        guard !bytes.isEmpty else { return [[]] }
        return stride(from: 0, to: bytes.count, by: 255).map { Array(bytes[$0..<min($0 + 255, bytes.count)]) }
    }

    func addresses(of node: Node) -> [IPAddress] {
        families([node.address, node.taggedAddresses["lan_ipv4"], node.taggedAddresses["lan_ipv6"]])
    }

    /// The first of the texts that the client can reach, and one more of the other family.
    func families(_ texts: [String?]) -> [IPAddress] {
        var found: [IPAddress] = []
        for text in texts {
            guard let text, let address = IPAddress(text), isReachable(address),
                !found.contains(where: { $0.isIPv4 == address.isIPv4 })
            else { continue }
            found.append(address)
        }
        return found
    }

    /// The name of a node, or nil when it cannot be written as labels.
    func nodeName(_ node: Node) -> DNSName? {
        DNSName(
            labels: node.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
                + ["node", settings.datacenter], under: domain)
    }

    /// The answer that the name is an alias, or nil when that is not asked for. An alias has no other records
    /// (RFC 1034 section 3.6.2).
    func alias(_ question: DNSQuestion, of target: DNSName, ttl: UInt32) -> DNSFinding? {
        guard [.a, .aaaa, .cname, .any].contains(question.type) else { return nil }
        let answer = DNSAnswer(
            code: .noError, records: [DNSRecord(name: question.name, ttl: ttl, value: .cname(target))])
        return [.a, .aaaa].contains(question.type) ? .alias(of: target, answer: answer) : .answer(answer)
    }
}
