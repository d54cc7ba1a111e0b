/// The labels of domain names: letters, digits and inner dashes, at most 63 (RFC 1123, section 2.1).
enum DNSLabel {
    static let limit = 63

    static func isValid(_ text: some StringProtocol) -> Bool {
        let text = Substring(text)
        guard (1...limit).contains(text.utf8.count), text.utf8.first != dash, text.utf8.last != dash else {
            return false
        }
        return text.utf8.allSatisfy { $0.isLowercaseLetterOrDigit || $0 == dash }
    }

    /// A label for an id. One that had to be changed ends with a short hash of the id, so that two ids never become one.
    static func unique(_ id: String) -> String {
        let lowercased = id.lowercased()
        if isValid(lowercased) && lowercased == id { return id }
        let hash = shortHash(id)
        let head = dashed(lowercased, atMost: limit - hash.utf8.count - 1, keepingUnderscore: false)
        return head.isEmpty ? hash : "\(head)-\(hash)"
    }

    /// A label that a service is looked up by. It has no hash in it, as nobody could guess that, and keeps underscores,
    /// which resolvers do not mind; nil when nothing is left.
    static func name(_ name: String) -> String? {
        let label = dashed(name.lowercased(), atMost: limit, keepingUnderscore: true)
        return label.isEmpty ? nil : label
    }

    /// Eight digits of base 16.
    static func shortHash(_ text: String) -> String {
        let hash = StableHash.of(text)
        let digits = String(UInt32(truncatingIfNeeded: hash ^ (hash >> 32)), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static let dash = UInt8(ascii: "-")

    private static func dashed(_ text: String, atMost limit: Int, keepingUnderscore: Bool) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let isKept = byte.isLowercaseLetterOrDigit || (keepingUnderscore && byte == UInt8(ascii: "_"))
            if isKept {
                bytes.append(byte)
            } else if bytes.last != dash {
                bytes.append(dash)
            }
        }
        let trimmed = bytes.drop { $0 == dash }.prefix(limit)
        return String(decoding: trimmed.reversed().drop { $0 == dash }.reversed(), as: UTF8.self)
    }
}
