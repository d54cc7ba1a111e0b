extension Duration {
    /// Reads a time as Go's `time.ParseDuration` does (`10s`, `1m30s`, `1.5h`, `500ms`); a number alone is seconds. The
    /// range is 0 to ten years; nil for anything else.
    init?(goText text: String) {
        var rest = text.utf8[...]
        guard !rest.isEmpty, rest.count <= 40 else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
            rest = rest[digits.endIndex...]
            let letters = rest.prefix { !(0x30...0x39).contains($0) && $0 != UInt8(ascii: ".") }
            rest = rest[letters.endIndex...]
            let isBare = letters.isEmpty && digits.count == text.utf8.count
            let unit = isBare ? 1 : Self.goUnits[String(Substring(letters))]
            guard let unit, let number = Double(String(Substring(digits))) else { return nil }
            total += number * unit
        }
        guard total <= 10 * 366 * 86_400 else { return nil }
        self = .seconds(total)
    }

    private static let goUnits = [
        "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600,
    ]
}
