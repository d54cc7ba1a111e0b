import CairnCore

/// The part of TOML (https://toml.io/en/v1.0.0) that plugins use: tables with plain or quoted keys, and values that are
/// strings on one line, whole numbers, or true and false. Anything else is refused, with its line.
struct TOMLTable: Equatable, Sendable {
    /// The values by the dotted name of their table, then by key. A table without values is there, and empty.
    private(set) var tables: [String: [String: String]] = [:]

    /// Nil where the file has no such table.
    subscript(table: String) -> [String: String]? { tables[table] }

    /// - Throws: `E-INVALID-FILE` naming the file and the line.
    init(parsing text: String, file: String) throws(CairnError) {
        var table = ""
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var reader = TOMLLineReader(line)
            guard let content = reader.content else {
                throw CairnError(
                    .invalidFile, "\(file):\(index + 1): '\(String(line).excerpt(60))' is not understood",
                    hint: "Only tables, strings on one line, whole numbers, true and false are.")
            }
            switch content {
            case .nothing: break
            case .table(let name):
                table = name
                tables[name, default: [:]].merge([:]) { old, _ in old }
            case .value(let key, let value): tables[table, default: [:]][key] = value
            }
        }
    }

    init() {}

    /// The file with a value set, or removed: everything else in it is written anew.
    mutating func set(_ key: String, in table: String, to value: String?) {
        tables[table, default: [:]][key] = value
        if tables[table]?.isEmpty == true { tables[table] = nil }
    }

    /// The tables as a file.
    var text: String {
        tables.sorted { $0.key < $1.key }.map { table, values in
            let lines = values.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)) = \(Self.quoted($0.value))\n" }
            return (table.isEmpty ? "" : "[\(table)]\n") + lines.joined()
        }.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        "\""
            + text.unicodeScalars.map { scalar in
                switch scalar {
                case "\"": "\\\""
                case "\\": "\\\\"
                case "\n": "\\n"
                case "\r": "\\r"
                case "\t": "\\t"
                default: String(scalar)
                }
            }.joined() + "\""
    }
}
