import CairnCore

/// Reads the members of a zip archive, whose data has been unpacked into one stream in the order of the directory.
final class ZipReader: ArchiveReading {
    private var entries: ArraySlice<ZipEntry>
    private let bytes: ByteReader
    private var remaining = 0

    init(_ entries: [ZipEntry], _ bytes: ByteReader) {
        self.entries = entries[...]
        self.bytes = bytes
    }

    func next() async throws -> ArchiveMember? {
        try await bytes.skip(remaining)
        remaining = 0
        guard let entry = entries.popFirst() else {
            if try await bytes.drain() { throw CairnError.archive("has more data than its table of contents says") }
            return nil
        }
        switch entry.kind {
        case .directory: return ArchiveMember(path: entry.path, kind: .directory)
        case .symlink:
            return ArchiveMember(path: entry.path, kind: .symlink(target: try await bytes.read(exactly: entry.size)))
        case .file(let isExecutable):
            remaining = entry.size
            return ArchiveMember(path: entry.path, kind: .file(size: entry.size, isExecutable: isExecutable))
        }
    }

    func content() async throws -> [UInt8]? {
        guard remaining > 0 else { return nil }
        let piece = try await bytes.read(exactly: min(remaining, 64 << 10))
        remaining -= piece.count
        return piece
    }

    /// The data of all members as gzip data, member after member (RFC 1952 2.2), so that one gzip(1) unpacks it all and
    /// checks each length and checksum.
    static func regroup(
        _ entries: [(entry: ZipEntry, data: Int)], of file: SpoolFile, into target: SpoolFile
    ) throws {
        for (entry, data) in entries where entry.kind != .directory {
            try Task.checkCancellation()
            try target.append([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
            var done = 0
            repeat {
                let piece = try file.read(at: data + done, upTo: min(0xffff, entry.packedSize - done))
                done += piece.count
                let isLast = done == entry.packedSize
                if entry.isStored {
                    // A block that is not compressed (RFC 1951 3.2.4).
                    let length = ZipNumber.write(piece.count, width: 2)
                    try target.append([isLast ? 1 : 0] + length + length.map { ~$0 })
                }
                try target.append(piece)
            } while done < entry.packedSize
            try target.append(
                ZipNumber.write(Int(entry.checksum), width: 4) + ZipNumber.write(entry.size, width: 4))
        }
    }
}
