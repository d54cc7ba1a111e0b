import CairnCore

extension JSONValue {
    static func strings(_ strings: some Sequence<String>) -> JSONValue { .array(strings.map(JSONValue.string)) }

    static func map(_ map: [String: String]) -> JSONValue { .object(map.mapValues(JSONValue.string)) }

    static func count(_ number: UInt64) -> JSONValue { .integer(Int(clamping: number)) }

    /// The value over several lines, indented by four spaces as Consul does for `?pretty`.
    var prettyText: String {
        var output = ""
        writePretty(to: &output, indent: "")
        return output
    }

    private func writePretty(to output: inout String, indent: String) {
        let inner = indent + "    "
        switch self {
        case .array(let elements) where !elements.isEmpty:
            output += "["
            for (index, element) in elements.enumerated() {
                output += index == 0 ? "\n\(inner)" : ",\n\(inner)"
                element.writePretty(to: &output, indent: inner)
            }
            output += "\n\(indent)]"
        case .object(let members) where !members.isEmpty:
            output += "{"
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                output += (index == 0 ? "\n\(inner)" : ",\n\(inner)") + JSONValue.string(member.key).text + ": "
                member.value.writePretty(to: &output, indent: inner)
            }
            output += "\n\(indent)}"
        default: output += text
        }
    }

    subscript(member: String) -> JSONValue? {
        if case .object(let members) = self { members[member] } else { nil }
    }
}
