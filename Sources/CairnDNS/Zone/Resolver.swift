public import CairnCore

/// Looks names up as the server would, without a socket.
public struct Resolver: Sendable {
    private let settings: DNSSettings
    private let view: DNSView

    public init(settings: DNSSettings, view: DNSView) {
        self.settings = settings
        self.view = view
    }

    /// A name and what is known of it.
    public struct Result: Sendable {
        /// The name that was looked up in the end.
        public var name: DNSName
        public var answer: DNSAnswer
    }

    /// Looks up a name as it is, if it is in one of the domains; otherwise in the first of them: as a name of an app or a
    /// process, then as a service's.
    ///
    /// That nothing is found is no error: see the answer's code and reason.
    /// - Throws: `E-INVALID-NAME` when the text is no name that DNS can carry.
    public func resolve(
        _ text: String, type: DNSRecordType = .a, as viewer: DNSViewer = .host
    ) throws(CairnError) -> Result {
        let candidates = names(for: text)
        guard var last = candidates.first.map({ look(up: $0, type, viewer) }) else {
            throw CairnError(
                .invalidName, "'\(text.excerpt())' is not a name that DNS can carry",
                hint: "Use labels of up to 63 bytes with dots between, such as 'web.billing.cairn'.")
        }
        for candidate in candidates.dropFirst() where last.answer.code == .nameError {
            last = look(up: candidate, type, viewer)
        }
        return last
    }

    private func names(for text: String) -> [DNSName] {
        guard let name = DNSName(text), name != .root else { return [] }
        let isComplete = text.hasSuffix(".") || name.lowercasedLabels.last == "arpa"
        if isComplete || settings.domains.contains(where: { name.labels(under: $0) != nil }) { return [name] }
        guard let domain = settings.domains.first else { return [name] }
        let labels = name.lowercasedLabels
        return [labels, labels + ["service"]].compactMap { DNSName(labels: $0, under: domain) }
    }

    private func look(up name: DNSName, _ type: DNSRecordType, _ viewer: DNSViewer) -> Result {
        var random = SystemRandomNumberGenerator()
        let question = DNSQuestion(name: name, type: type)
        let found = DNSAnswering(settings: settings).finding(question, viewer: viewer, view: view, &random)
        switch found {
        case .answer(let answer), .elsewhere(let answer), .alias(_, let answer):
            return Result(name: name, answer: answer)
        }
    }
}
