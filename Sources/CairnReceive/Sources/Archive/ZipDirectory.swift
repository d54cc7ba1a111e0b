import CairnCore

/// The table of contents of a zip archive, which is at its end.
struct ZipDirectory {
    let file: SpoolFile
    let limits: ArchiveLimits

    private static let endSize = 22
    private static let entryMark: [UInt8] = [0x50, 0x4b, 0x01, 0x02]
    private static let headerMark: [UInt8] = [0x50, 0x4b, 0x03, 0x04]
    private static let endMark: [UInt8] = [0x50, 0x4b, 0x05, 0x06]

    /// The members with where their data begins, in the directory's order.
    ///
    /// - Throws: `E-ARCHIVE-REFUSED` when the directory and the headers do not agree, or data is used twice.
    func entries() throws(CairnError) -> [(entry: ZipEntry, data: Int)] {
        let end = try findEnd()
        func number(_ at: Int, _ width: Int) -> Int { ZipNumber.read(end.record, at: at, width: width) }
        let (count, size, start) = (number(10, 2), number(12, 4), number(16, 4))
        guard count < 0xffff, size < 0xffff_ffff, start < 0xffff_ffff else {
            throw CairnError.archive("is too large a zip archive (zip64)")
        }
        guard number(4, 2) == 0, number(6, 2) == 0, number(8, 2) == count, start + size <= end.offset else {
            throw Self.damaged
        }
        guard count <= limits.files else {
            throw CairnError.archive("has more than \(limits.files) members (git:set archive-max-files)")
        }
        let entries = try parse(try file.read(at: start, upTo: size)[...], count: count)
        let total = entries.reduce(0) { $0 + $1.size }
        guard total <= limits.size else {
            throw CairnError.archive("unpacks to more than \(limits.size) bytes (git:set archive-max-size)")
        }
        guard total <= max(ArchiveLimits.harmlessSize, file.size * ArchiveLimits.ratio) else {
            throw CairnError.archive("unpacks to far more than its own size")
        }
        return try locate(entries, before: start)
    }

    /// The record at the end has a comment of any text behind it, whose length has to fit.
    private func findEnd() throws(CairnError) -> (record: ArraySlice<UInt8>, offset: Int) {
        let length = min(file.size, Self.endSize + 0xffff)
        let tail = try file.read(at: file.size - length, upTo: length)
        guard tail.count >= Self.endSize else { throw Self.damaged }
        for index in stride(from: tail.count - Self.endSize, through: 0, by: -1)
        where tail[index] == 0x50 && Array(tail[index..<index + 4]) == Self.endMark {
            let record = tail[index...]
            if ZipNumber.read(record, at: 20, width: 2) == record.count - Self.endSize {
                return (record, file.size - length + index)
            }
        }
        throw CairnError.archive("is no zip archive, or is not complete")
    }

    private func parse(_ directory: ArraySlice<UInt8>, count: Int) throws(CairnError) -> [ZipEntry] {
        var rest = directory
        var entries: [ZipEntry] = []
        for _ in 0..<count {
            guard rest.count >= ZipEntry.directorySize, Array(rest.prefix(4)) == Self.entryMark else {
                throw Self.damaged
            }
            let nameLength = ZipNumber.read(rest, at: 28, width: 2)
            let length =
                ZipEntry.directorySize + nameLength + ZipNumber.read(rest, at: 30, width: 2)
                + ZipNumber.read(rest, at: 32, width: 2)
            guard rest.count >= length else { throw Self.damaged }
            let name = Array(rest.dropFirst(ZipEntry.directorySize).prefix(nameLength))
            entries.append(try ZipEntry(record: rest.prefix(ZipEntry.directorySize), path: name))
            rest = rest.dropFirst(length)
        }
        return entries
    }

    /// Data that two members share would unpack to more than it is (the "better zip bomb"), and a header with another
    /// name would show other programs another archive.
    private func locate(_ entries: [ZipEntry], before end: Int) throws(CairnError) -> [(entry: ZipEntry, data: Int)] {
        var located: [(entry: ZipEntry, data: Int)] = []
        for entry in entries {
            let header = try file.read(at: entry.offset, upTo: ZipEntry.headerSize)
            guard header.count == ZipEntry.headerSize, Array(header.prefix(4)) == Self.headerMark else {
                throw Self.damaged
            }
            let nameLength = ZipNumber.read(header[...], at: 26, width: 2)
            let name = try file.read(at: entry.offset + ZipEntry.headerSize, upTo: nameLength)
            guard name == entry.path else {
                throw CairnError.archive("has two names for one member: \(ArchiveMember.shown(entry.path))")
            }
            let data =
                entry.offset + ZipEntry.headerSize + nameLength + ZipNumber.read(header[...], at: 28, width: 2)
            guard data + entry.packedSize <= end else { throw Self.damaged }
            located.append((entry, data))
        }
        var last = 0
        for (entry, data) in located.sorted(by: { $0.entry.offset < $1.entry.offset }) {
            guard entry.offset >= last else { throw CairnError.archive("uses the same data for two members") }
            last = data + entry.packedSize
        }
        return located
    }

    private static var damaged: CairnError { CairnError.archive("is a damaged zip archive") }
}
