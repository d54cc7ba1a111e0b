/// What there is to say to a question, before it is fitted into a message.
public struct DNSAnswer: Hashable, Sendable {
    public var code: DNSResponseCode
    /// What was asked for.
    public var records: [DNSRecord] = []
    /// The zone's own record, when there are no others.
    public var authority: [DNSRecord] = []
    /// What one would ask next; left out first when there is no room.
    public var additional: [DNSRecord] = []
    /// Whether it is known at first hand.
    public var isAuthoritative = true
    /// Why no record is there, for people; nil when there is some.
    public var reason: String?

    static func failure(_ code: DNSResponseCode, _ reason: String) -> DNSAnswer {
        DNSAnswer(code: code, isAuthoritative: false, reason: reason)
    }
}

/// Where a question leads.
enum DNSFinding: Hashable, Sendable {
    case answer(DNSAnswer)
    /// The name is in none of the zones: others have to be asked, if anybody.
    case elsewhere(DNSAnswer)
    /// The name is an alias of one that others know; `answer` says so.
    case alias(of: DNSName, answer: DNSAnswer)
}
