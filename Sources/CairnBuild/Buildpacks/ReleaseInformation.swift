import CairnCore

/// What a buildpack's `bin/release` says, in YAML: a few keys with flat lists and maps.
///
/// The shape is that of https://devcenter.heroku.com/articles/buildpack-api#bin-release. Only that shape is read; other keys
/// are passed over, and anything unexpected below the known ones is an error with its line rather than a guess.
struct ReleaseInformation: Sendable, Equatable {
    var addons: [String] = []
    var config: [String: String] = [:]
    var processTypes: [String: String] = [:]

    init() {}

    /// - Throws: `E-INVALID-FILE` with the line.
    init(parsing bytes: [UInt8], of buildpack: String) throws(CairnError) {
        self.init()
        let text = String(decoding: bytes, as: UTF8.self)
        // JSON is YAML as well, and easier to write for some.
        if text.withoutOuterBlanks.hasPrefix("{") {
            try read(json: bytes, of: buildpack)
        } else {
            try read(yaml: text, of: buildpack)
        }
    }

    private mutating func read(yaml text: String, of buildpack: String) throws(CairnError) {
        var section = ""
        for line in Self.lines(text) {
            do { try take(line, &section) } catch {
                throw CairnError(
                    .invalidFile,
                    "Line \(line.number) of what bin/release of \(buildpack) prints is not understood: \(line.content.excerpt())",
                    hint: "It prints YAML with addons, config_vars and default_process_types.")
            }
        }
    }

    private struct Line {
        /// From 1.
        let number: Int
        let indentation: Int
        var content: String
    }

    /// The lines that say something. A value that goes on in lines further in is one line.
    private static func lines(_ text: String) -> [Line] {
        var lines: [Line] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = String(line).withoutOuterBlanks
            if content.isEmpty || content.hasPrefix("#") || content.hasPrefix("---") || content == "..." { continue }
            let indentation = line.prefix { $0 == " " || $0 == "\t" }.count
            if let last = lines.last, indentation > last.indentation, !last.content.hasSuffix(":") {
                lines[lines.count - 1].content += " " + content
            } else {
                lines.append(Line(number: index + 1, indentation: indentation, content: content))
            }
        }
        return lines
    }

    private struct SyntaxError: Error {}

    private mutating func take(_ line: Line, _ section: inout String) throws(SyntaxError) {
        let content = line.content
        if content.hasPrefix("- ") || content == "-" {
            guard section == "addons" else {
                if Self.known.contains(section) { throw SyntaxError() }
                return
            }
            addons.append(try Self.scalar(String(content.dropFirst(1)).withoutOuterBlanks))
            return
        }
        if line.indentation > 0 {
            guard Self.known.contains(section) else { return }
            let (key, value) = try Self.pair(content)
            switch section {
            case "config_vars": config[key] = try Self.scalar(value)
            case "default_process_types": processTypes[key] = try Self.scalar(value)
            default: throw SyntaxError()
            }
            return
        }
        let (key, value) = try Self.pair(content)
        section = key
        let isEmpty = ["", "{}", "[]", "~", "null"].contains(value) || value.hasPrefix("#")
        if Self.known.contains(key), !isEmpty { throw SyntaxError() }
    }

    private static let known: Set<String> = ["addons", "config_vars", "default_process_types"]

    private static func pair(_ text: String) throws(SyntaxError) -> (String, String) {
        // A key ends at a colon before a blank or the end; a quoted one may hold colons.
        var index = text.startIndex
        if let quote = text.first, quote == "\"" || quote == "'" {
            guard let end = text.dropFirst().firstIndex(of: quote) else { throw SyntaxError() }
            index = text.index(after: end)
        }
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == ":", next == text.endIndex || text[next] == " " || text[next] == "\t" {
                return (try scalar(String(text[..<index])), String(text[next...]).withoutOuterBlanks)
            }
            index = next
        }
        throw SyntaxError()
    }

    /// A plain or quoted scalar on one line (YAML 1.2, 7.3).
    private static func scalar(_ text: String) throws(SyntaxError) -> String {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            if let first = text.first, "|>&*!%@`{[".contains(first) { throw SyntaxError() }
            // A comment begins at a number sign after a blank.
            return text.firstRange(of: " #").map { String(text[..<$0.lowerBound]).withoutOuterBlanks } ?? text
        }
        var result = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if character == quote {
                if quote == "'", rest.first == "'" {
                    result.append("'")
                    rest.removeFirst()
                    continue
                }
                let end = String(rest).withoutOuterBlanks
                guard end.isEmpty || end.hasPrefix("#") else { throw SyntaxError() }
                return result
            }
            if quote == "\"", character == "\\" {
                guard let escaped = rest.popFirst(), let value = escapes[escaped] else { throw SyntaxError() }
                result.append(value)
            } else {
                result.append(character)
            }
        }
        throw SyntaxError()
    }

    private static let escapes: [Character: Character] = ["\"": "\"", "\\": "\\", "n": "\n", "t": "\t", "/": "/"]

    private mutating func read(json bytes: [UInt8], of buildpack: String) throws(CairnError) {
        let file = "the output of bin/release of \(buildpack)"
        guard case .object(let members) = try JSONValue(parsing: bytes, file: file) else { return }
        if case .array(let items)? = members["addons"] { addons = items.compactMap(Self.text) }
        if case .object(let items)? = members["config_vars"] { config = items.compactMapValues(Self.text) }
        if case .object(let items)? = members["default_process_types"] {
            processTypes = items.compactMapValues(Self.text)
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        if case .string(let text) = value { text } else { nil }
    }
}
