/// Writes a small tar archive in memory: ustar (POSIX.1-1988), with a pax record (POSIX.1-2001) for a name that does not
/// fit. Every member is a regular file that only its owner can read.
struct TarWriter {
    static let blockSize = 512
    private static let nameLength = 100
    private var bytes: [UInt8] = []

    mutating func add(_ name: String, content: [UInt8]) {
        if name.utf8.count > Self.nameLength { addMember("././@PaxHeader", "x", Self.record("path", name)) }
        addMember(name, "0", content)
    }

    /// The archive with its end mark.
    func finished() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 2 * Self.blockSize) }

    private mutating func addMember(_ name: String, _ type: String, _ content: [UInt8]) {
        var header = [UInt8](repeating: 0, count: Self.blockSize)
        func put(_ text: String, at offset: Int, _ length: Int) {
            for (index, byte) in text.utf8.prefix(length).enumerated() { header[offset + index] = byte }
        }
        put(name, at: 0, Self.nameLength)
        put("0000600", at: 100, 8)
        put("0000000", at: 108, 8)
        put("0000000", at: 116, 8)
        put(Self.octal(content.count, 11), at: 124, 12)
        put(Self.octal(0, 11), at: 136, 12)
        put("        ", at: 148, 8)
        put(type, at: 156, 1)
        put("ustar", at: 257, 6)
        put("00", at: 263, 2)
        // The sum is taken with blanks where it is to stand.
        let sum = header.reduce(0) { $0 + Int($1) }
        put(Self.octal(sum, 6) + "\0", at: 148, 7)
        bytes += header
        bytes += content
        bytes += [UInt8](repeating: 0, count: (Self.blockSize - content.count % Self.blockSize) % Self.blockSize)
    }

    /// A pax record begins with its own length in decimal digits, those digits included.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while "\(length)".utf8.count + rest.utf8.count != length { length = "\(length)".utf8.count + rest.utf8.count }
        return Array("\(length)\(rest)".utf8)
    }

    private static func octal(_ number: Int, _ digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
