/// Reads nginx's configuration language (ngx_conf_file.c) just far enough to find directives and the blocks they are in.
enum ConfigurationLexer {
    struct Directive: Equatable {
        let name: String
        let arguments: [String]
        /// The names of the blocks around it, outermost first.
        let context: [String]
        /// From the first byte of the name to behind the `;` or `{`.
        let range: Range<Int>
    }

    static func directives(in bytes: [UInt8]) -> [Directive] {
        var reader = Reader(bytes: bytes)
        var result: [Directive] = []
        var context: [String] = []
        var words: [String] = []
        var start = 0
        while let token = reader.next() {
            switch token {
            case .word(let word, let at):
                if words.isEmpty { start = at }
                words.append(word)
            case .end, .open:
                if let name = words.first {
                    let range = start..<reader.position
                    result.append(
                        Directive(name: name, arguments: Array(words.dropFirst()), context: context, range: range))
                    if token == .open, name.hasSuffix("_by_lua_block") {
                        reader.skipLua()
                    } else if token == .open {
                        context.append(name)
                    }
                }
                words = []
            case .close:
                if !context.isEmpty { context.removeLast() }
                words = []
            }
        }
        return result
    }

    private enum Token: Equatable {
        case word(String, at: Int)
        case end, open, close
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        mutating func next() -> Token? {
            skipBlanks()
            guard position < bytes.count else { return nil }
            let start = position
            switch bytes[position] {
            case UInt8(ascii: ";"):
                position += 1
                return .end
            case UInt8(ascii: "{"):
                position += 1
                return .open
            case UInt8(ascii: "}"):
                position += 1
                return .close
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                return .word(quoted(bytes[position]), at: start)
            default:
                return .word(plain(), at: start)
            }
        }

        private mutating func skipBlanks() {
            while position < bytes.count {
                if bytes[position] == UInt8(ascii: "#") {
                    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
                } else if Self.isBlank(bytes[position]) {
                    position += 1
                } else {
                    return
                }
            }
        }

        private mutating func quoted(_ quote: UInt8) -> String {
            var text: [UInt8] = []
            position += 1
            while position < bytes.count, bytes[position] != quote {
                if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
                text.append(bytes[position])
                position += 1
            }
            position += 1
            return String(decoding: text, as: UTF8.self)
        }

        private mutating func plain() -> String {
            let start = position
            while position < bytes.count {
                let byte = bytes[position]
                if Self.isBlank(byte) || byte == UInt8(ascii: ";") { break }
                if byte == UInt8(ascii: "{"), position == start || bytes[position - 1] != UInt8(ascii: "$") { break }
                if byte == UInt8(ascii: "\\") { position += 1 }
                position += 1
            }
            position = min(position, bytes.count)
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        /// Passes over Lua code up to the brace that closes its block.
        mutating func skipLua() {
            var depth = 1
            while position < bytes.count, depth > 0 {
                switch bytes[position] {
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"): depth -= 1
                case UInt8(ascii: "\""), UInt8(ascii: "'"):
                    _ = quoted(bytes[position])
                    continue
                case UInt8(ascii: "-") where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "-"):
                    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
                    continue
                default: break
                }
                position += 1
            }
        }

        private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
    }
}
