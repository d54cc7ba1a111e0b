extension Duration {
    /// Reads a duration as Go writes it: `10s`, `1m30s`, `500ms`, `1.5h`. A number without a unit is none, but for 0.
    init?(go text: String) {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        if rest == "0" {
            self = .zero
            return
        }
        guard !rest.isEmpty, rest.utf8.count <= 32 else { return nil }
        var nanoseconds = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            guard let value = Double(number) else { return nil }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
            guard let factor = Self.units[String(unit)] else { return nil }
            rest = rest.dropFirst(unit.count)
            nanoseconds += value * factor
        }
        // Go keeps nanoseconds in 64 bits.
        guard nanoseconds < 9.2e18 else { return nil }
        self = .nanoseconds(Int64(nanoseconds) * (isNegative ? -1 : 1))
    }

    private static let units: [String: Double] = [
        "ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9,
    ]

    /// Whole nanoseconds, as Go's JSON has them.
    var goNanoseconds: Int {
        let (seconds, attoseconds) = components
        let (product, isTooBig) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return isTooBig ? Int.max : Int(product) + Int(attoseconds / 1_000_000_000)
    }

    /// The shortest of `90s` and `1500ms` that says it.
    var goText: String {
        let nanoseconds = goNanoseconds
        if nanoseconds % 1_000_000_000 == 0 { return "\(nanoseconds / 1_000_000_000)s" }
        if nanoseconds % 1_000_000 == 0 { return "\(nanoseconds / 1_000_000)ms" }
        return "\(nanoseconds)ns"
    }
}
