/// Reads JSON with comments from bytes and can always say where it stands.
///
/// Foundation's decoder reports neither line nor column, takes a key twice and a number that overflows, and knows no
/// comments; all of that matters for a file people write by hand and anybody may push.
struct JSONScanner {
    static let maximumBytes = 1 << 20
    static let maximumDepth = 64

    let file: String
    private(set) var bytes: [UInt8]
    var position = 0

    init(_ text: String, file: String) {
        self.file = file
        bytes = Array(text.utf8)
    }

    /// The one value of the document; only blanks and comments may stand around it.
    mutating func document() throws(CairnError) -> JSONValue {
        let value = try value(depth: 0)
        try skipBlanks()
        guard position == bytes.count else { throw error("there is more text after the end of the value") }
        return value
    }

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let current, UInt32(current) == character.value else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(CairnError) -> JSONValue {
        try skipBlanks()
        if current == UInt8(ascii: "{") || current == UInt8(ascii: "["), depth >= Self.maximumDepth {
            throw error("values are nested deeper than \(Self.maximumDepth) levels")
        }
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case let byte? where byte == UInt8(ascii: "-") || byte.isASCIIDigit: return try number()
        case nil: throw error("the file ends where a value is expected")
        default: return try word()
        }
    }

    private mutating func object(depth: Int) throws(CairnError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        position += 1
        try skipBlanks()
        if take("}") { return .object(members) }
        repeat {
            try skipBlanks()
            let start = position
            guard current == UInt8(ascii: "\"") else { throw keyError() }
            let key = try string()
            guard members[key] == nil else { throw error("the key \"\(key.excerpt())\" is there twice", at: start) }
            try skipBlanks()
            guard take(":") else { throw error("a ':' is missing after the key \"\(key.excerpt())\"") }
            members[key] = try value(depth: depth + 1)
            try skipBlanks()
        } while take(",")
        guard take("}") else { throw error("a ',' or '}' is missing") }
        return .object(members)
    }

    private func keyError() -> CairnError {
        switch current {
        case UInt8(ascii: "}"): error("a ',' must not stand before '}'")
        case nil: error("the file ends inside an object")
        default: error("a key in double quotes is expected")
        }
    }

    private mutating func array(depth: Int) throws(CairnError) -> JSONValue {
        var elements: [JSONValue] = []
        position += 1
        try skipBlanks()
        if take("]") { return .array(elements) }
        repeat {
            try skipBlanks()
            if current == UInt8(ascii: "]") { throw error("a ',' must not stand before ']'") }
            elements.append(try value(depth: depth + 1))
            try skipBlanks()
        } while take(",")
        guard take("]") else { throw error("a ',' or ']' is missing") }
        return .array(elements)
    }

    private mutating func word() throws(CairnError) -> JSONValue {
        let start = position
        while let current, current.isASCIIAlphanumeric { position += 1 }
        switch String(decoding: bytes[start..<position], as: UTF8.self) {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        case "": throw error("a value is expected", at: start)
        case let other:
            throw error("'\(other.excerpt(20))' is not a JSON value; put text into double quotes", at: start)
        }
    }
}

extension JSONScanner {
    /// Passes over blanks, `// …` up to the line's end and `/* … */`.
    mutating func skipBlanks() throws(CairnError) {
        while let byte = current {
            switch byte {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            case UInt8(ascii: "/"): try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(CairnError) {
        let start = position
        position += 1
        if take("/") {
            while let byte = current, byte != 0x0a { position += 1 }
            return
        }
        guard take("*") else { throw error("a comment starts with '//' or '/*'", at: start) }
        while current != nil {
            if take("*") {
                if take("/") { return }
            } else {
                position += 1
            }
        }
        throw error("the comment is not closed with '*/'", at: start)
    }

    /// A complaint about the place `offset`, by default where the scanner stands; the line is its evidence.
    func error(_ problem: String, at offset: Int? = nil) -> CairnError {
        let before = bytes[..<min(offset ?? position, bytes.count)]
        let newline = UInt8(ascii: "\n")
        let line = before.count { $0 == newline } + 1
        let start = before.lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = bytes[start...].firstIndex(of: newline) ?? bytes.count
        let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
        return CairnError(
            .invalidFile, "\(file), line \(line), column \(column): \(problem)",
            hint: "\(file) is JSON; comments may be written as '// …' or '/* … */'.",
            evidence: [String(decoding: bytes[start..<end], as: UTF8.self).excerpt(120)])
    }
}
