/// How a message travels.
enum DNSTransport: Hashable, Sendable {
    case udp
    case tcp
}

/// Fits what there is to say into a message.
enum DNSReply {
    /// What every client takes over UDP (RFC 1035 section 4.2.1).
    static let minimumPayload = 512

    /// An answer with nothing but a code, to what could not be read.
    static func faulty(id: UInt16, flags: DNSFlags, _ code: DNSResponseCode) -> [UInt8] {
        var encoder = DNSEncoder(limit: minimumPayload)
        encoder.header(id: id, flags: flags.echoed.union([.response, DNSFlags(rawValue: code.rawValue & 0xf)]))
        return encoder.bytes
    }

    static func message(
        _ answer: DNSAnswer, to query: DNSQuery, settings: DNSSettings, over transport: DNSTransport,
        recursionAvailable: Bool
    ) -> [UInt8] {
        let edns = query.edns
        var encoder = DNSEncoder(limit: limit(edns, settings, transport) - (edns == nil ? 0 : DNSEncoder.optLength))
        var flags = query.flags.echoed.union([.response, DNSFlags(rawValue: answer.code.rawValue & 0xf)])
        if answer.isAuthoritative { flags.insert(.authoritative) }
        if recursionAvailable { flags.insert(.recursionAvailable) }
        encoder.header(id: query.id, flags: flags)
        encoder.question(query.question)
        encoder.setCount(1, of: 0)
        let isLimited = transport == .udp && edns == nil && settings.udpAnswerLimit > 0
        let wanted = isLimited ? answer.records.prefix(settings.udpAnswerLimit) : answer.records[...]
        var additional = 0
        if write(wanted, to: &encoder, section: 1) == answer.records.count {
            write(answer.authority[...], to: &encoder, section: 2)
            // That what merely helps is missing is no reason to ask again (RFC 2181 section 9).
            additional = write(answer.additional[...], to: &encoder, section: 3)
        } else if settings.marksTruncation {
            encoder.setFlags(flags.union(.truncated))
        }
        if edns != nil {
            encoder.opt(payloadSize: settings.maximumPayload, code: answer.code)
            encoder.setCount(additional + 1, of: 3)
        }
        return encoder.bytes
    }

    private static func limit(
        _ edns: DNSQuery.Extension?, _ settings: DNSSettings, _ transport: DNSTransport
    ) -> Int {
        if transport == .tcp { return Int(UInt16.max) }
        return max(min(edns?.payloadSize ?? minimumPayload, settings.maximumPayload), minimumPayload)
    }

    /// Writes as many as there is room for, in their order, and says how many those are.
    @discardableResult
    private static func write(_ records: ArraySlice<DNSRecord>, to encoder: inout DNSEncoder, section: Int) -> Int {
        var count = 0
        for record in records {
            guard encoder.record(record) else { break }
            count += 1
        }
        encoder.setCount(count, of: section)
        return count
    }
}
