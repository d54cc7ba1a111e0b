extension DNSQuery {
    /// More records than a query has: its OPT and perhaps a signature.
    private static let maximumRecords = 16

    /// Reads what somebody sent to the server's port.
    static func read(_ bytes: [UInt8]) -> DNSQueryReading {
        guard bytes.count >= DNSReader.headerLength else { return .none }
        let id = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        let flags = DNSFlags(rawValue: UInt16(bytes[2]) << 8 | UInt16(bytes[3]))
        if flags.contains(.response) { return .none }
        if flags.opcode != 0 { return .faulty(id: id, flags: flags, .notImplemented) }
        do {
            return .query(try well(formed: bytes, id: id, flags: flags))
        } catch {
            return .faulty(id: id, flags: flags, .formatError)
        }
    }

    private static func well(formed bytes: [UInt8], id: UInt16, flags: DNSFlags) throws(DNSFormatError) -> DNSQuery {
        var reader = DNSReader(bytes, at: 4)
        let questions = try reader.uint16()
        let records = (try reader.uint16(), try reader.uint16(), try reader.uint16())
        guard questions == 1 else { throw .badRecord }
        let name = try reader.name()
        let type = DNSRecordType(rawValue: try reader.uint16())
        let question = DNSQuestion(name: name, type: type, recordClass: try reader.uint16())
        // OPT is no record that a name could have.
        guard type != .opt else { throw .badRecord }
        let edns = try ednsAfterQuestion(
            in: &reader, before: Int(records.0) + Int(records.1), additional: Int(records.2))
        guard reader.isAtEnd else { throw .trailingBytes }
        return DNSQuery(id: id, flags: flags, question: question, edns: edns)
    }

    /// Passes over the records of a query and returns its OPT, which only the additional ones may hold, and once.
    private static func ednsAfterQuestion(
        in reader: inout DNSReader, before: Int, additional: Int
    ) throws(DNSFormatError) -> Extension? {
        guard before + additional <= maximumRecords else { throw .tooManyRecords }
        var edns: Extension?
        for index in 0..<(before + additional) {
            let name = try reader.name()
            let type = DNSRecordType(rawValue: try reader.uint16())
            let size = try reader.uint16()
            let version = UInt8(truncatingIfNeeded: try reader.uint32() >> 16)
            _ = try reader.take(Int(try reader.uint16()))
            guard type == .opt else { continue }
            guard index >= before, edns == nil, name == .root else { throw .badRecord }
            edns = Extension(version: version, payloadSize: Int(size))
        }
        return edns
    }
}
