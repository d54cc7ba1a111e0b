/// A domain name as DNS carries it: labels of 1 to 63 bytes, at most 255 bytes in all (RFC 1035 section 2.3.4).
///
/// Letters keep their case, which an answer has to repeat, but do not count in comparisons (RFC 4343).
public struct DNSName: Hashable, Sendable, CustomStringConvertible {
    /// Each label after its length, then the root's zero; what stands in a message when nothing is compressed.
    let wire: [UInt8]

    static let maximumLength = 255
    static let maximumLabelLength = 63

    /// The root.
    public static let root = DNSName(wire: [0])

    /// The bytes have been checked.
    init(wire: [UInt8]) { self.wire = wire }

    /// The name with those labels; nil when one is empty or too long, or all together are.
    init?(labels: some Sequence<some StringProtocol>, under parent: DNSName = .root) {
        var wire: [UInt8] = []
        wire.reserveCapacity(64)
        for label in labels {
            let bytes = label.utf8
            guard (1...Self.maximumLabelLength).contains(bytes.count) else { return nil }
            wire.append(UInt8(bytes.count))
            wire.append(contentsOf: bytes)
        }
        wire.append(contentsOf: parent.wire)
        guard wire.count <= Self.maximumLength else { return nil }
        self.wire = wire
    }

    /// Reads labels between dots, with or without the root's dot at the end; nil for anything that is no name.
    ///
    /// A dot or a backslash inside a label cannot be written.
    public init?(_ text: some StringProtocol) {
        let body = text.hasSuffix(".") ? text.dropLast() : text[...]
        if body.isEmpty {
            guard !text.isEmpty else { return nil }
            self = .root
        } else {
            self.init(labels: body.split(separator: ".", omittingEmptySubsequences: false))
        }
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.wire.count == right.wire.count
            // A length is at most 63, below every letter.
            && zip(left.wire, right.wire).allSatisfy { $0 == $1 || $0.lowercasedASCII == $1.lowercasedASCII }
    }

    public func hash(into hasher: inout Hasher) {
        for byte in wire { hasher.combine(byte.lowercasedASCII) }
    }
}

extension DNSName {
    /// Where each label's length stands, the root's left out.
    var labelOffsets: [Int] {
        var offsets: [Int] = []
        var offset = 0
        while offset < wire.count, wire[offset] != 0 {
            offsets.append(offset)
            offset += 1 + Int(wire[offset])
        }
        return offsets
    }

    /// The labels in lower case. What is not UTF-8 is replaced, which no name of the catalog equals.
    var lowercasedLabels: [String] {
        labelOffsets.map { offset in
            String(
                decoding: wire[(offset + 1)...(offset + Int(wire[offset]))].lazy.map(\.lowercasedASCII), as: UTF8.self)
        }
    }

    /// The labels before the domain, in lower case; nil when the name is not the domain and not under it.
    func labels(under domain: DNSName) -> [String]? {
        let length = wire.count - domain.wire.count
        guard length >= 0, DNSName(wire: Array(wire[length...])) == domain else { return nil }
        let offsets = labelOffsets
        guard length == wire.count - 1 || offsets.contains(length) else { return nil }
        return Array(lowercasedLabels.prefix(offsets.count { $0 < length }))
    }

    /// Labels between dots, with the root's dot. Bytes that are no visible characters are written as `\DDD`
    /// (RFC 1035 section 5.1).
    public var description: String {
        guard wire.count > 1 else { return "." }
        var text = ""
        for offset in labelOffsets {
            for byte in wire[(offset + 1)...(offset + Int(wire[offset]))] { text += byte.asDNSText }
            text += "."
        }
        return text
    }
}

extension UInt8 {
    var lowercasedASCII: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }

    /// The byte as it is written in a name of a zone file.
    var asDNSText: String {
        switch self {
        case UInt8(ascii: "."), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(self))
        case 0x21...0x7e: String(UnicodeScalar(self))
        default: "\\" + String(repeating: "0", count: 3 - String(self).utf8.count) + String(self)
        }
    }
}
