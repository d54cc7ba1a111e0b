import CairnCore

/// How much one container can put into the catalog. The numbers for meta data are Consul's
/// (<https://developer.hashicorp.com/consul/api-docs/agent/service#meta>).
enum RegistrationLimits {
    static let services = 256
    static let pairs = 64
    static let keyLength = 128
    static let valueLength = 512
    static let tags = 64
    static let nameLength = 253
    static let idLength = 512

    /// The pairs that can stay, and what has become of the others.
    static func meta(_ pairs: [String: String]) -> (meta: [String: String], notes: [String]) {
        var meta: [String: String] = [:]
        var notes: [String] = []
        for (key, value) in pairs.sorted(by: { $0.key < $1.key }) {
            guard (1...keyLength).contains(key.utf8.count), key.utf8.allSatisfy(isKeyByte) else {
                notes.append("The attribute '\(key.excerpt())' is left out: keys are letters, digits, '_' and '-'.")
                continue
            }
            guard meta.count < Self.pairs else {
                notes.append("Only \(Self.pairs) attributes are kept; '\(key)' and those after it are left out.")
                break
            }
            if value.unicodeScalars.count > valueLength {
                notes.append("The attribute '\(key)' is cut after \(valueLength) characters.")
            }
            meta[key] = cut(value)
        }
        return (meta, notes)
    }

    /// Each tag once, in order.
    static func tags(_ list: [String]) -> (tags: [String], notes: [String]) {
        var notes: [String] = []
        var seen = Set<String>()
        var tags: [String] = []
        for tag in list where !tag.unicodeScalars.contains(where: \.isControl) {
            if tag.unicodeScalars.count > valueLength {
                notes.append("The tag '\(tag.excerpt(20))' is cut after \(valueLength) characters.")
            }
            let tag = cut(tag)
            if seen.insert(tag).inserted { tags.append(tag) }
        }
        if tags.count > Self.tags { notes.append("Only \(Self.tags) of \(tags.count) tags are kept.") }
        return (Array(tags.prefix(Self.tags)), notes)
    }

    private static func cut(_ text: String) -> String {
        text.unicodeScalars.count > valueLength ? String(text.unicodeScalars.prefix(valueLength)) : text
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
