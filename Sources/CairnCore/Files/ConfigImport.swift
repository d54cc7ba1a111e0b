/// The variables that `config:import` reads from a file.
public struct ConfigImport: Sendable, Equatable {
    /// The forms that can be read.
    public enum Format: String, Sendable, CaseIterable {
        /// A dotenv file: `KEY=VALUE` lines, with or without `export` before and quotes around the value. Nothing is
        /// expanded.
        case envfile
        /// One object whose values are strings, whole numbers, `true` or `false`, or an array as `json-list` exports
        /// it.
        case json

        /// - Throws: `E-INVALID-VALUE` for a name that is none of the formats.
        public init(named name: String) throws(CairnError) {
            guard let format = Self(rawValue: name) else {
                throw CairnError(
                    .invalidValue, "Unknown format: \(name.excerpt())", hint: "The formats are envfile and json.")
            }
            self = format
        }
    }

    /// Sorted by key, each key once; the last line for a key wins in an envfile.
    public let pairs: [ConfigPair]
    /// Names that cannot be those of config variables and were left out, in the order of the file.
    public let droppedKeys: [String]

    /// In bytes.
    public static let maximumSize = 1 << 20

    /// - Throws: `E-INVALID-FILE` with the line or the key that cannot be read, `E-INVALID-VALUE` for a value that no
    ///   environment can carry. A file without variables is not an error here.
    public init(parsing bytes: [UInt8], format: Format, file: String) throws(CairnError) {
        let found: [(key: String, value: String)]
        switch format {
        case .json: found = try Self.members(of: try JSONValue(parsing: bytes, file: file), file: file)
        case .envfile:
            var reader = EnvFileReader(
                try SourceText.decode(bytes, file: file, maximumBytes: Self.maximumSize), file: file)
            found = try reader.read()
        }
        var values: [ConfigKey: ConfigPair] = [:]
        var droppedKeys: [String] = []
        for (name, value) in found {
            if let key = try? ConfigKey(validating: name) {
                values[key] = try ConfigPair(key: key, value: value)
            } else {
                droppedKeys.append(name)
            }
        }
        self.droppedKeys = droppedKeys
        pairs = values.values.sorted { $0.key < $1.key }
    }

    private static func members(of value: JSONValue, file: String) throws(CairnError) -> [(key: String, value: String)]
    {
        let root = JSONNode(file: file, path: "", value: value)
        var members: [(key: String, value: String)] = []
        guard case .array = value else {
            for (key, node) in try root.members() { members.append((key, try node.configValue())) }
            return members
        }
        for entry in try root.elements(maximum: 10_000) {
            guard let name = try entry.member("name")?.string(), let value = try entry.member("value") else {
                throw entry.problem("needs a \"name\" and a \"value\"")
            }
            members.append((name, try value.configValue()))
        }
        return members
    }
}

extension JSONNode {
    /// Numbers with a fraction are refused, since 1.10 would come out as 1.1.
    fileprivate func configValue() throws(CairnError) -> String {
        switch value {
        case .integer(let number): return String(number)
        case .bool(let flag): return String(flag)
        default: return try string()
        }
    }
}
