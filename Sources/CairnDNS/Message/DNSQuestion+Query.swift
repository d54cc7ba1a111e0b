extension DNSQuestion {
    /// A query for others, with recursion desired.
    func packet(id: UInt16, payloadSize: Int? = 1232) -> [UInt8] {
        var encoder = DNSEncoder(limit: DNSReply.minimumPayload)
        encoder.header(id: id, flags: .recursionDesired)
        encoder.question(self)
        encoder.setCount(1, of: 0)
        if let payloadSize {
            encoder.opt(payloadSize: payloadSize, code: .noError)
            encoder.setCount(1, of: 3)
        }
        return encoder.bytes
    }
}
