/// Reads the bytes of a file that an app brings along as text.
enum SourceText {
    /// The text without a leading byte order mark.
    ///
    /// - Throws: `E-INVALID-FILE` for a file over the limit or one that is not UTF-8, with the first bad line.
    static func decode(_ bytes: [UInt8], file: String, maximumBytes: Int) throws(CairnError) -> String {
        guard bytes.count <= maximumBytes else {
            throw CairnError(
                .invalidFile, "\(file) has \(bytes.count) bytes, more than the \(maximumBytes / 1024) KiB allowed",
                hint: "Check that it is the file you meant.")
        }
        let body = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
        if let text = String(validating: body, as: UTF8.self) { return text }
        let lines = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let number = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
        throw CairnError(
            .invalidFile, "\(file) is not UTF-8 text" + (number.map { ": line \($0) holds other bytes" } ?? ""),
            hint: "Save the file as UTF-8.")
    }

    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
}

extension StringProtocol {
    /// The text without the blanks and tabs at both ends. It looks at scalars, because a blank followed by a combining
    /// mark is one `Character` that equals no blank.
    var trimmingBlanks: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isBlank }),
            let last = scalars.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return String(String.UnicodeScalarView(scalars[first...last]))
    }
}

extension Unicode.Scalar {
    var isBlank: Bool { self == " " || self == "\t" }
}
