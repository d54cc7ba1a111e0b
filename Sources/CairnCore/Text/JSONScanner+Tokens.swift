extension JSONScanner {
    /// A number by the grammar of RFC 8259, section 6.
    mutating func number() throws(CairnError) -> JSONValue {
        let start = position
        _ = take("-")
        let zero = take("0")
        guard zero ? current?.isASCIIDigit != true : takeDigits() else {
            throw error("a number starts with a digit, and with 0 only if that is its whole part", at: start)
        }
        var isWhole = true
        if take(".") {
            isWhole = false
            guard takeDigits() else { throw error("digits are missing after the '.' of a number") }
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            guard takeDigits() else { throw error("digits are missing in the exponent of a number") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int(text) { return .integer(integer) }
        guard let double = Double(text), double.isFinite else {
            throw error("the number \(text.excerpt(20)) is too large", at: start)
        }
        return .double(double)
    }

    private mutating func takeDigits() -> Bool {
        let start = position
        while current?.isASCIIDigit == true { position += 1 }
        return position > start
    }

    /// A string in double quotes, with its escapes undone.
    mutating func string() throws(CairnError) -> String {
        let start = position
        position += 1
        var content: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"): content += try escape()
            case 0..<0x20:
                let what = byte == 0x0a ? "a line's end" : "a control character"
                throw error("\(what) inside a string must be written as an escape", at: position - 1)
            default: content.append(byte)
            }
        }
        throw error("the string is not closed", at: start)
    }

    private mutating func escape() throws(CairnError) -> [UInt8] {
        let start = position - 1
        guard let byte = current else { throw error("the string is not closed", at: start) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try unicodeEscape(from: start))).utf8)
        default: throw error("an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX", at: start)
        }
    }

    /// `\uXXXX`, or two of them that make up one scalar outside the basic plane (RFC 8259, section 7).
    private mutating func unicodeEscape(from start: Int) throws(CairnError) -> Unicode.Scalar {
        let first = try fourHexDigits(from: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        if (0xd800..<0xdc00).contains(first), take("\\"), take("u") {
            let second = try fourHexDigits(from: start)
            if (0xdc00..<0xe000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
            {
                return scalar
            }
        }
        throw error("half of a surrogate pair stands alone", at: start)
    }

    private mutating func fourHexDigits(from start: Int) throws(CairnError) -> UInt32 {
        let digits = bytes[position..<min(position + 4, bytes.count)]
        guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits must follow \\u", at: start) }
        position += 4
        return value
    }
}
