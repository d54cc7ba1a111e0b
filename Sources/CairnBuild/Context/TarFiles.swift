/// The regular files of a small tar archive, such as the engine sends of a directory of a container.
enum TarFiles {
    /// The contents by path. Reading ends at the first header that is none.
    static func read(_ bytes: [UInt8]) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var position = 0
        while position + TarHeader.blockSize <= bytes.count {
            let header = bytes[position..<position + TarHeader.blockSize]
            guard header.contains(where: { $0 != 0 }), let size = octal(header, at: 124, width: 12) else { break }
            let start = position + TarHeader.blockSize
            guard size <= bytes.count - start else { break }
            // '0', or NUL in archives older than POSIX; other types (directories, pax records) are passed over.
            let type = header[position + 156]
            if type == UInt8(ascii: "0") || type == 0 {
                files[name(header, at: 0, width: 100)] = Array(bytes[start..<start + size])
            }
            position = start + (size + TarHeader.blockSize - 1) / TarHeader.blockSize * TarHeader.blockSize
        }
        return files
    }

    private static func name(_ header: ArraySlice<UInt8>, at offset: Int, width: Int) -> String {
        let field = header.dropFirst(offset).prefix(width)
        return String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func octal(_ header: ArraySlice<UInt8>, at offset: Int, width: Int) -> Int? {
        let digits = header.dropFirst(offset).prefix(width).filter { $0 != 0 && $0 != UInt8(ascii: " ") }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
