import CairnCore

@testable import CairnReceive

/// A tar archive made byte by byte, so that it can hold what no tar program would write.
struct TarSample {
    private(set) var bytes: [UInt8] = []

    /// Adds a header, and the content behind it.
    mutating func add(
        _ name: String, type: Character = "0", _ content: String = "", mode: Int = 0o644, link: String = "",
        size: Int? = nil
    ) {
        add(Array(name.utf8), type: type, Array(content.utf8), mode: mode, link: Array(link.utf8), size: size)
    }

    mutating func add(
        _ name: [UInt8], type: Character = "0", _ content: [UInt8] = [], mode: Int = 0o644, link: [UInt8] = [],
        size: Int? = nil
    ) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: [UInt8], at offset: Int) {
            for (index, byte) in bytes.enumerated() { block[offset + index] = byte }
        }
        put(Array(name.prefix(100)), at: 0)
        put(Array(String(mode, radix: 8).utf8), at: 100)
        put(Array(String(size ?? content.count, radix: 8).utf8), at: 124)
        put(Array("        ".utf8), at: 148)
        put(Array(String(type).utf8), at: 156)
        put(Array(link.prefix(100)), at: 157)
        put(Array("ustar\u{0}00".utf8), at: 257)
        put(Array(String(block.reduce(0) { $0 + Int($1) }, radix: 8).utf8) + [0], at: 148)
        bytes += block + content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    /// With the mark of its end.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1_024) }
}

/// A zip archive made byte by byte; its members are stored, not packed.
struct ZipSample {
    struct Member {
        var name: String
        var content = ""
        var mode = 0o100644
        var flags = 0
        var method = 0
        /// What the header before the data says, if not the same.
        var otherName: String?
        /// Where the directory says the member is, if not where it is.
        var offset: Int?
        var size: Int?
        var checksum: UInt32?
    }

    static func bytes(_ members: [Member]) -> [UInt8] {
        var data: [UInt8] = []
        var directory: [UInt8] = []
        func number(_ value: Int, _ width: Int) -> [UInt8] { ZipNumber.write(value, width: width) }
        for member in members {
            let content = Array(member.content.utf8)
            let start = data.count
            let checksum = Int(member.checksum ?? Self.checksum(content))
            let common =
                number(member.flags, 2) + number(member.method, 2) + number(0, 4) + number(checksum, 4)
                + number(content.count, 4) + number(member.size ?? content.count, 4)
            let local = Array((member.otherName ?? member.name).utf8)
            data +=
                [0x50, 0x4b, 3, 4] + number(20, 2) + common + number(local.count, 2) + number(0, 2) + local + content
            let name = Array(member.name.utf8)
            directory += [0x50, 0x4b, 1, 2] + number(3 << 8 | 20, 2) + number(20, 2) + common + number(name.count, 2)
            directory += number(0, 8) + number(member.mode << 16, 4) + number(member.offset ?? start, 4) + name
        }
        let end =
            [0x50, 0x4b, 5, 6] + number(0, 4) + number(members.count, 2) + number(members.count, 2)
            + number(directory.count, 4) + number(data.count, 4) + number(0, 2)
        return data + directory + end
    }

    /// CRC-32 as zip has it (ISO 3309).
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = .max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
        }
        return ~value
    }
}

/// What is in an archive once it has been checked: `path` → `mode content`, or `-> target`.
func contents(
    of bytes: [UInt8], kind: ArchiveKind? = nil, limits: ArchiveLimits = ArchiveLimits()
) async throws -> [String: String] {
    let file = try SpoolFile(in: "/tmp", maximum: max(1, bytes.count))
    try file.append(bytes)
    let archive = try Archive(file, kind: kind, limits: limits)
    return try await archive.read { try await collect($0, limits) }
}

private func collect(_ reader: any ArchiveReading, _ limits: ArchiveLimits) async throws -> [String: String] {
    var tree = ArchiveTree(limits: limits)
    var blobs: [Int: String] = [:]
    while let member = try await reader.next() {
        guard let mark = try tree.add(member) else { continue }
        var content: [UInt8] = []
        while let piece = try await reader.content() { content += piece }
        blobs[mark] = String(decoding: content, as: UTF8.self)
    }
    var result: [String: String] = [:]
    for (path, leaf) in try tree.leaves() {
        let name = String(decoding: path, as: UTF8.self)
        if let target = leaf.linkTarget {
            result[name] = "-> " + String(decoding: target, as: UTF8.self)
        } else {
            result[name] = (leaf.isExecutable ? "755 " : "644 ") + (blobs[leaf.content] ?? "?")
        }
    }
    return result
}

/// Why an archive is refused; nil when it is not.
func refusal(of bytes: [UInt8], kind: ArchiveKind? = nil, limits: ArchiveLimits = ArchiveLimits()) async -> String? {
    do {
        _ = try await contents(of: bytes, kind: kind, limits: limits)
        return nil
    } catch let error as CairnError {
        return error.code == .archiveRefused ? error.message : "\(error.code): \(error.message)"
    } catch {
        return "\(error)"
    }
}
