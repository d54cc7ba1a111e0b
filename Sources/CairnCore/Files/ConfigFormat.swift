/// The forms in which `config:export` writes config.
///
/// Values are written as they are: one that looks like a number, such as `007`, stays the text it is.
public enum ConfigFormat: String, Sendable, CaseIterable {
    /// `export KEY='value'`, one per line, for a shell to read.
    case exports
    /// `KEY="value"`, one per line, with escapes: a dotenv file.
    case envfile
    /// `KEY='value' `, all on one line.
    case shell
    /// `--env=KEY='value'`, separated by blanks.
    case dockerArguments = "docker-args"
    /// `--env=KEY`, separated by blanks; the values come from the environment of the docker client.
    case dockerArgumentKeys = "docker-args-keys"
    /// `KEY:  value` in columns, for people.
    case pretty
    /// One object.
    case json
    /// An array of objects with `name` and `value`; `null` when there is no config, as scripts know it from Dokku.
    case jsonList = "json-list"
    /// `--env KEY`, separated by blanks, for the `pack` program.
    case packKeys = "pack-keys"

    /// - Throws: `E-INVALID-VALUE` for a name that is none of the formats.
    public init(named name: String) throws(CairnError) {
        guard let format = Self(rawValue: name) else {
            throw CairnError(
                .invalidValue, "Unknown export format: \(name.excerpt())",
                hint: "The formats are \(Self.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        self = format
    }

    /// The config as text, sorted by key, without a line end after the last line.
    public func text(of config: [ConfigKey: String]) -> String {
        let pairs = config.sorted { $0.key < $1.key }
        func joined(_ separator: String, _ form: (ConfigKey, String) -> String) -> String {
            pairs.map { form($0.key, $0.value) }.joined(separator: separator)
        }
        switch self {
        case .exports: return joined("\n") { "export \($0)=\(Self.quoted($1))" }
        case .envfile: return joined("\n") { "\($0)=\(Self.escaped($1))" }
        case .shell: return joined("") { "\($0)=\(Self.quoted($1)) " }
        case .dockerArguments: return joined(" ") { "--env=\($0)=\(Self.quoted($1))" }
        case .dockerArgumentKeys: return joined(" ") { key, _ in "--env=\(key)" }
        case .pretty: return TextTable(rows: pairs.map { ["\($0.key):", $0.value] }).text
        case .json:
            return JSONValue.object(
                Dictionary(uniqueKeysWithValues: pairs.map { ($0.key.rawValue, .string($0.value)) })
            )
            .text
        case .jsonList:
            let list = pairs.map { JSONValue.object(["name": .string($0.key.rawValue), "value": .string($0.value)]) }
            return list.isEmpty ? "null" : JSONValue.array(list).text
        case .packKeys: return joined(" ") { key, _ in "--env \(key)" }
        }
    }

    /// In single quotes always, unlike `ShellWords.quote`: `config:get --quoted` and scripts rely on them.
    public static func quoted(_ value: String) -> String {
        var quoted = "'"
        for scalar in value.unicodeScalars {
            if scalar == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(scalar) }
        }
        return quoted + "'"
    }

    /// In double quotes, with a backslash before all that a dotenv reader or a shell would take for something else.
    private static func escaped(_ value: String) -> String {
        var escaped = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\\", "\"", "!", "$", "`":
                escaped += "\\"
                escaped.unicodeScalars.append(scalar)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped + "\""
    }
}
