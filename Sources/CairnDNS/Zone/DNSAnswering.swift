import CairnCore

/// Answers questions from what is known at one moment. Nothing is kept: the next question may be about another moment.
struct DNSAnswering {
    let settings: DNSSettings

    func finding(
        _ question: DNSQuestion, viewer: DNSViewer, view: DNSView, _ random: inout some RandomNumberGenerator
    ) -> DNSFinding {
        if question.recordClass != DNSQuestion.internet {
            return .answer(.failure(.refused, "only the class IN is served"))
        }
        // A whole zone is nobody's business; 253 and 254 are mail's, and obsolete.
        if [.axfr, .ixfr, .init(rawValue: 253), .init(rawValue: 254)].contains(question.type) {
            return .answer(.failure(.refused, "zones are not transferred"))
        }
        for domain in settings.domains {
            guard let labels = question.name.labels(under: domain) else { continue }
            let asked = DNSName(wire: Array(question.name.wire.suffix(domain.wire.count)))
            return Zone(settings: settings, view: view, viewer: viewer, domain: asked)
                .finding(labels, question, &random)
        }
        guard let address = reversedAddress(question.name) else {
            return .elsewhere(.failure(.refused, "the name is in none of the domains that are served here"))
        }
        let zone = Zone(settings: settings, view: view, viewer: viewer, domain: settings.domains.first ?? .root)
        if let answer = zone.reverse(address, question) { return .answer(answer) }
        return .elsewhere(.failure(.serverFailure, "the address is not known here"))
    }

    private func reversedAddress(_ name: DNSName) -> IPAddress? {
        // Most names are others.
        guard name.wire.suffix(6).map(\.lowercasedASCII) == [4] + Array("arpa".utf8) + [0] else { return nil }
        return Zone.reversedAddress(name.lowercasedLabels)
    }
}
