import CairnCore

/// The part of a hosts file that is Cairn's: what lies between two lines with its name. All other bytes stay as they are.
struct HostsBlock {
    let node: String

    private var begin: [UInt8] { Array("# BEGIN cairn \(node): written by Cairn, changes are lost\n".utf8) }
    private var end: [UInt8] { Array("# END cairn \(node)\n".utf8) }

    /// The lines between the marks; nil when there is no block.
    ///
    /// - Throws: `E-INVALID-FILE` when it has a beginning and no end, or more than one.
    func lines(in file: [UInt8]) throws(CairnError) -> String? {
        guard let range = try range(in: file) else { return nil }
        return String(decoding: file[(range.lowerBound + begin.count)..<(range.upperBound - end.count)], as: UTF8.self)
    }

    /// The file with other lines in the block; nil takes the block out.
    func replacing(in file: [UInt8], with lines: String?) throws(CairnError) -> [UInt8] {
        let block = lines.map { begin + Array($0.utf8) + end } ?? []
        if let range = try range(in: file) {
            return Array(file[..<range.lowerBound]) + block + file[range.upperBound...]
        }
        // A last line without its end must stay so: then the block comes first.
        let endsLine = file.last == nil || file.last == UInt8(ascii: "\n")
        return endsLine ? file + block : block + file
    }

    private func range(in file: [UInt8]) throws(CairnError) -> Range<Int>? {
        let begins = Self.lineRanges(of: begin, in: file)
        let ends = Self.lineRanges(of: end, in: file)
        if begins.isEmpty && ends.isEmpty { return nil }
        guard begins.count == 1, ends.count == 1, begins[0].upperBound <= ends[0].lowerBound else {
            throw CairnError(
                .invalidFile, "The marks of Cairn's block in the hosts file do not make a pair",
                hint: "Remove every line with 'BEGIN cairn \(node)' and 'END cairn \(node)' and what lies between.")
        }
        return begins[0].lowerBound..<ends[0].upperBound
    }

    /// Where a whole line, with its end, stands in the file.
    private static func lineRanges(of line: [UInt8], in file: [UInt8]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        while start < file.count {
            let end = file[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? file.count
            if file[start..<end].elementsEqual(line) { result.append(start..<end) }
            start = end
        }
        return result
    }
}
