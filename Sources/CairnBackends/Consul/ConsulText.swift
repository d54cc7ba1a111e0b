import CairnCore

/// What Consul accepts of texts that others chose.
enum ConsulText {
    /// The limits of a service's Meta, see `validateMetaPair` and `metaMaxKeyPairs` in Consul's agent/structs.
    static let pairLimit = 64
    static let keyLimit = 128
    static let valueLimit = 512
    /// Consul keeps these for itself.
    private static let reservedPrefix = "consul-"

    /// The attributes as Consul takes them. One that is too long is cut rather than that the service is missing.
    static func meta(_ meta: [String: String], of id: String) -> (meta: [String: String], warnings: [String]) {
        var result: [String: String] = [:]
        var warnings: [String] = []
        for (key, value) in meta.sorted(by: { $0.key < $1.key }) {
            guard result.count < pairLimit else {
                warnings.append(
                    "\(id) has more than \(pairLimit) attributes; '\(key.excerpt(40))' and later ones are left out")
                break
            }
            let name = metaKey(key)
            guard !name.isEmpty, !name.hasPrefix(reservedPrefix), result[name] == nil else {
                warnings.append("\(id) has the attribute '\(key.excerpt(40))', which Consul cannot hold")
                continue
            }
            if name != key { warnings.append("\(id) has the attribute '\(key.excerpt(40))', written as '\(name)'") }
            if value.utf8.count > valueLimit {
                warnings.append("\(id) has the attribute '\(name)' of \(value.utf8.count) bytes, cut to \(valueLimit)")
            }
            result[name] = value.prefix(bytes: valueLimit)
        }
        return (result, warnings)
    }

    private static func metaKey(_ key: String) -> String {
        let bytes = key.utf8.prefix(keyLimit).map { byte in
            byte.isLetterOrDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") ? byte : UInt8(ascii: "_")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A time in the notation of Go's `time.ParseDuration`.
    static func duration(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        return milliseconds == 0 ? "\(seconds)s" : "\(seconds * 1000 + milliseconds)ms"
    }
}
