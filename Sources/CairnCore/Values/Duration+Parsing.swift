extension Duration {
    /// Reads a time as people write it in settings: whole seconds (`90`), or numbers with the units `d`, `h`, `m`, `s`
    /// and `ms` in falling order (`1h30m`, `500ms`). The range is 0 to ten years.
    ///
    /// - Throws: `E-INVALID-VALUE`.
    public init(parsing text: String) throws(CairnError) {
        var rest = text.utf8[...]
        var total = 0
        var smallestUnit = Int.max
        let isBareNumber = !rest.isEmpty && rest.allSatisfy(\.isASCIIDigit)
        repeat {
            let digits = rest.prefix(while: \.isASCIIDigit)
            rest = rest[digits.endIndex...]
            let letters = rest.prefix(while: \.isASCIILetter)
            rest = rest[letters.endIndex...]
            let unit = isBareNumber ? 1000 : Self.milliseconds[String(Substring(letters))]
            // Ten digits cannot overflow, whatever the unit.
            guard let unit, unit < smallestUnit, digits.count <= 10, let number = Int(Substring(digits)) else {
                throw Self.error(text)
            }
            smallestUnit = unit
            total += number * unit
        } while !rest.isEmpty
        guard total <= 10 * 366 * 86_400_000 else { throw Self.error(text) }
        self = .milliseconds(total)
    }

    private static let milliseconds = ["d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1]

    private static func error(_ text: String) -> CairnError {
        CairnError(
            .invalidValue, "'\(text.excerpt())' is not a length of time",
            hint: "Write seconds ('90') or numbers with units ('1h30m', '10s', '500ms').")
    }
}
