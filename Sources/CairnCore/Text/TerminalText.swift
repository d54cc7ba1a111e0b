extension String {
    /// The text with every control character but the tab made visible (`ESC` becomes `\x1b`), so that output of an app
    /// cannot move the cursor, colour the terminal or forge a line of Cairn's own. So are the marks that turn the
    /// writing direction (`\u202e`), with which text can be made to read as something else.
    public var visible: String {
        guard utf8.contains(where: \.mayBeginHiddenScalar), unicodeScalars.contains(where: \.isHidden) else {
            return self
        }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.isHidden { result += scalar.escape } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    /// `visible`, cut after `maximum` characters: what an error message quotes of a text that somebody else chose.
    public func excerpt(_ maximum: Int = 80) -> String {
        // Cut by scalars first: one character can hold any number of combining marks.
        let scalars = unicodeScalars.prefix(maximum)
        let head = String(String.UnicodeScalarView(scalars)).visible
        return scalars.endIndex == unicodeScalars.endIndex ? head : head + "…"
    }
}

extension Unicode.Scalar {
    /// C0 (but the tab), DEL, C1, and the embeddings, overrides and isolates of the bidirectional algorithm (UAX 9).
    var isHidden: Bool {
        switch value {
        case 0x09: false
        case 0..<0x20, 0x7f..<0xa0, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    fileprivate var escape: String {
        let digits = String(value, radix: 16)
        if value > 0xff { return "\\u" + digits }
        return "\\x" + (digits.count < 2 ? "0" + digits : digits)
    }
}

extension UInt8 {
    /// Lets plain text pass without decoding it: C1 begins with 0xC2, the direction marks with 0xE2.
    fileprivate var mayBeginHiddenScalar: Bool {
        (self < 0x20 && self != 0x09) || self == 0x7f || self == 0xc2 || self == 0xe2
    }
}
