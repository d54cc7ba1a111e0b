import CairnCore
import Glibc

/// A file of lines that another process appends to.
struct LogFile: ~Copyable {
    /// Enough for the last requests of an app that is not asked for often, on a host where others are.
    private static let searchLimit: off_t = 64 << 20
    private static let chunkSize = 256 * 1024

    private let descriptor: Int32
    /// Up to where the lines have been returned.
    private var position: off_t

    /// - Throws: `E-NOT-FOUND` when it is not there or may not be read.
    init(path: String) throws(CairnError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CairnError(
                .notFound, "The log \(path) cannot be read: \(String(cString: strerror(errno)))",
                hint: "It comes with the first request.")
        }
        position = lseek(descriptor, 0, SEEK_END)
    }

    deinit { close(descriptor) }

    /// The last `count` lines that fit, oldest first, out of the last 64 MiB.
    func last(_ count: Int, where isWanted: (String) -> Bool) throws(CairnError) -> [String] {
        var found: [String] = []
        var end = position
        var tail: [UInt8] = []
        let limit = max(0, position - Self.searchLimit)
        while end > limit, found.count < count {
            let start = max(limit, end - off_t(Self.chunkSize))
            let chunk = try read(from: start, to: end) + tail
            end = start
            var lines = chunk.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            // The first line began before this chunk, unless this is where the file begins.
            tail = start > 0 ? Array(lines.removeFirst()) : []
            for line in lines.reversed() where found.count < count && !line.isEmpty {
                let text = String(decoding: line, as: UTF8.self)
                if isWanted(text) { found.append(text) }
            }
        }
        return found.reversed()
    }

    /// The whole lines that have been added since the last call. A file that became shorter is read from its beginning.
    mutating func newLines() throws(CairnError) -> [String] {
        let size = lseek(descriptor, 0, SEEK_END)
        if size < position { position = 0 }
        var lines: [String] = []
        while position < size {
            let chunk = try read(from: position, to: min(size, position + off_t(Self.chunkSize)))
            guard let newline = chunk.lastIndex(of: UInt8(ascii: "\n")) else { break }
            position += off_t(newline + 1)
            lines += chunk[..<newline].split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        }
        return lines
    }

    private func read(from start: off_t, to end: off_t) throws(CairnError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(end - start))
        let count = pread(descriptor, &bytes, bytes.count, start)
        guard count >= 0 else { throw CairnError(.io, "The log cannot be read: \(String(cString: strerror(errno)))") }
        return Array(bytes[..<count])
    }
}
