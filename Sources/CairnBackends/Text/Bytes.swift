extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    var isLowercaseLetterOrDigit: Bool { isLowercaseLetter || isDigit }
    var isLetterOrDigit: Bool { (self | 0x20).isLowercaseLetter || isDigit }
    /// What host names are made of, underscores included, which resolvers do not mind.
    var isHostNameByte: Bool { isLetterOrDigit || "-._".utf8.contains(self) }
    /// What a URL may hold as it is (RFC 3986, section 2.3).
    var isUnreserved: Bool { isLetterOrDigit || "-._~".utf8.contains(self) }
}

extension String {
    /// Everything but unreserved characters as `%XX`; `kept` stays too.
    func percentEncoded(keeping kept: String = "") -> String {
        var bytes: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in utf8 {
            if byte.isUnreserved || kept.utf8.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The longest beginning of at most so many bytes that ends with a whole character.
    func prefix(bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var result = Substring(self)
        while result.utf8.count > limit { result = result.dropLast() }
        return String(result)
    }
}
