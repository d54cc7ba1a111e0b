import CairnCatalog
import CairnCore

/// One of the domains as one client sees it: what every name under it stands for.
struct Zone {
    let settings: DNSSettings
    let view: DNSView
    let viewer: DNSViewer
    /// The domain as it was asked, so that names in the answer repeat its letters' case.
    let domain: DNSName

    var snapshot: CatalogSnapshot { view.snapshot }

    func finding(_ labels: [String], _ question: DNSQuestion, _ random: inout some RandomNumberGenerator) -> DNSFinding
    {
        switch NameForm(labels, datacenter: settings.datacenter) {
        case .apex: .answer(apex(question))
        case .nameServer: .answer(node(snapshot.own, question))
        case .middle: .answer(noData(nil))
        case .nothing: .answer(nameError("no name of that form is known here"))
        case .service(let labels): service(labels, question, &random)
        case .underscored(let name, let proto):
            service(named: name, tag: proto == "tcp" ? nil : proto, question, &random)
        case .node(let name): nodeFinding(name, question)
        case .address(let digits): .answer(address(digits, question))
        case .app(let labels): app(labels, question, &random)
        }
    }

    // MARK: - The zone itself

    private func apex(_ question: DNSQuestion) -> DNSAnswer {
        switch question.type {
        case .soa, .any:
            return DNSAnswer(code: .noError, records: [startOfAuthority])
        case .ns:
            guard let server = nodeName(snapshot.own) ?? DNSName(labels: ["ns"], under: domain) else {
                return noData(nil)
            }
            var answer = DNSAnswer(
                code: .noError,
                records: [DNSRecord(name: question.name, ttl: settings.nodeTTL, value: .ns(server))])
            answer.additional = addresses(of: snapshot.own).map {
                DNSRecord(name: server, ttl: settings.nodeTTL, value: .init($0))
            }
            return answer
        default: return noData(nil)
        }
    }

    /// The serial grows with every change of the catalog. What does not exist may exist in a moment: it is not to be
    /// remembered.
    var startOfAuthority: DNSRecord {
        DNSRecord(
            name: domain, ttl: 0,
            value: .soa(
                DNSRecord.StartOfAuthority(
                    server: DNSName(labels: ["ns"], under: domain) ?? domain,
                    mailbox: DNSName(labels: ["hostmaster"], under: domain) ?? domain,
                    serial: UInt32(truncatingIfNeeded: snapshot.index), refresh: 3600, retry: 600, expire: 86400,
                    minimum: 0)))
    }

    /// The name exists, and has no such record.
    func noData(_ reason: String?) -> DNSAnswer {
        var answer = DNSAnswer(code: .noError, authority: [startOfAuthority])
        answer.reason = reason ?? "the name exists, but has no such record"
        return answer
    }

    func nameError(_ reason: String) -> DNSAnswer {
        var answer = DNSAnswer(code: .nameError, authority: [startOfAuthority])
        answer.reason = reason
        return answer
    }

    // MARK: - Addresses

    private func address(_ digits: String, _ question: DNSQuestion) -> DNSAnswer {
        guard let address = IPAddress(hexadecimal: digits) else { return nameError("it stands for no address") }
        return self.answer([address], ttl: settings.nodeTTL, question)
    }

    /// Those of the addresses that the question asks for.
    func answer(_ addresses: [IPAddress], ttl: UInt32, _ question: DNSQuestion) -> DNSAnswer {
        var wanted: [IPAddress] = []
        switch question.type {
        case .a: wanted = addresses.filter(\.isIPv4)
        case .aaaa: wanted = addresses.filter { !$0.isIPv4 }
        // RFC 8482 section 4.1: one kind of record is enough of an answer.
        case .any:
            let hasIPv4 = addresses.contains(where: \.isIPv4)
            wanted = addresses.filter { $0.isIPv4 == hasIPv4 }
        default: break
        }
        guard !wanted.isEmpty else { return noData(nil) }
        return DNSAnswer(
            code: .noError, records: wanted.map { DNSRecord(name: question.name, ttl: ttl, value: .init($0)) })
    }

    /// Whether the client can reach the address at all.
    func isReachable(_ address: IPAddress) -> Bool {
        !address.isUnspecified && (viewer == .host || !address.isLoopback)
    }
}

extension IPAddress {
    var isIPv4: Bool { if case .v4 = self { true } else { false } }
}

extension DNSRecord.Value {
    init(_ address: IPAddress) {
        self =
            switch address {
            case .v4(let address): .a(address)
            case .v6(let address): .aaaa(address)
            }
    }
}
