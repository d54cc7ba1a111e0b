import CairnCore

/// An IPv6 address.
public struct IPv6Address: Hashable, Sendable, CustomStringConvertible {
    /// The first eight bytes as a number, most significant byte first.
    public let high: UInt64
    /// The other eight.
    public let low: UInt64

    /// The address of those two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the text form of RFC 4291 section 2.2, without a zone; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 45, text.utf8.contains(UInt8(ascii: ":")),
            let halves = Self.halves(of: String(text))
        else { return nil }
        // IPv4's form stands at the end of the whole.
        guard let front = Self.groups(of: halves.front, mayEndInIPv4: halves.back == nil), front.count <= 8 else {
            return nil
        }
        var groups = front
        if let rest = halves.back {
            guard let back = Self.groups(of: rest, mayEndInIPv4: true), front.count + back.count < 8 else { return nil }
            groups += Array(repeating: 0, count: 8 - front.count - back.count) + back
        }
        guard groups.count == 8 else { return nil }
        high = groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }
        low = groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
    }

    /// What is before `::` and after it; only the first where there is none.
    private static func halves(of text: String) -> (front: String, back: String?)? {
        let bytes = Array(text.utf8)
        let doubles = bytes.indices.dropLast().filter { bytes[$0] == UInt8(ascii: ":") && bytes[$0 + 1] == bytes[$0] }
        guard doubles.count <= 1 else { return nil }
        guard let gap = doubles.first else { return (text, nil) }
        return (String(decoding: bytes[..<gap], as: UTF8.self), String(decoding: bytes[(gap + 2)...], as: UTF8.self))
    }

    private static func groups(of text: String, mayEndInIPv4: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInIPv4, index == parts.count - 1, let tail = IPv4Address(part) {
                groups += [UInt16(tail.bits >> 16), UInt16(tail.bits & 0xffff)]
            } else if (1...4).contains(part.utf8.count), part.first != "+", let group = UInt16(part, radix: 16) {
                groups.append(group)
            } else {
                return nil
            }
        }
        return groups
    }

    var groups: [UInt16] {
        [high, low].flatMap { half in [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> UInt64($0)) } }
    }

    /// The text form of RFC 5952: lower case, the longest run of zeros left out.
    public var description: String {
        let groups = groups
        var run = 0..<0
        var start = 0
        while start < 8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > max(run.count, 1) { run = start..<end }
            start = end + 1
        }
        let text = groups.map { String($0, radix: 16) }
        guard !run.isEmpty else { return text.joined(separator: ":") }
        return text[..<run.lowerBound].joined(separator: ":") + "::" + text[run.upperBound...].joined(separator: ":")
    }
}
