/// What follows the `?` of a request: names, each with a value or bare.
struct Query: Sendable {
    /// The text as it came.
    let text: String
    private let items: [(name: String, value: String)]

    /// Items that cannot be decoded are passed over, as Go's servers do.
    init(parsing text: some StringProtocol) {
        self.text = String(text)
        items = text.split(separator: "&").compactMap { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts[0].percentDecoded(plusIsSpace: true),
                let value = (parts.count > 1 ? parts[1] : "").percentDecoded(plusIsSpace: true)
            else { return nil }
            return (name, value)
        }
    }

    /// The first value of that name; empty for a bare one.
    subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    func values(of name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    func has(_ name: String) -> Bool { self[name] != nil }

    /// A switch: bare or true, `1` is on; absent or false, `0` is off.
    func flag(_ name: String) throws(HTTPRefusal) -> Bool {
        guard let value = self[name] else { return false }
        switch value.lowercased() {
        case "", "1", "t", "true": return true
        case "0", "f", "false": return false
        default: throw .bad("Invalid value for ?\(name)")
        }
    }

    /// A whole number; the caller chooses what a bad one is called.
    func number(_ name: String, otherwise refusal: HTTPRefusal) throws(HTTPRefusal) -> UInt64? {
        guard let text = self[name] else { return nil }
        guard let number = UInt64(text) else { throw refusal }
        return number
    }
}
