import CairnCore
import Testing

@testable import CairnReceive

@Suite("Archives: zip")
struct ArchiveZipTests {
    @Test("Files, modes, links and directories are read")
    func plain() async throws {
        let bytes = ZipSample.bytes([
            .init(name: "app/", mode: 0o040755), .init(name: "app/run", content: "#!", mode: 0o104755),
            .init(name: "app/empty"), .init(name: "app/link", content: "run", mode: 0o120777),
        ])
        #expect(
            try await contents(of: bytes, kind: .zip) == ["run": "755 #!", "empty": "644 ", "link": "-> run"])
    }

    @Test(
        "What leads out of the tree, is no file or cannot be unpacked is refused",
        arguments: [
            (ZipSample.Member(name: "../x"), "out of it"), (.init(name: "/x"), "absolute"),
            (.init(name: "l", content: "../../x", mode: 0o120777), "out of it"),
            (.init(name: "d", mode: 0o060644), "device"), (.init(name: "p", mode: 0o010644), "pipe"),
            (.init(name: "e", content: "x", flags: 1), "encrypted"),
            (.init(name: "m", content: "x", method: 12), "method 12"),
            (.init(name: "a", content: "x", otherName: "b"), "two names"),
            (.init(name: "a\\b", content: "x"), "backslash"),
            (.init(name: "s", content: "x", size: 9), "two sizes"),
            (.init(name: "c", content: "x", checksum: 7), "damaged"),
            (.init(name: "o", content: "x", offset: 9_999), "damaged"),
        ])
    func refused(member: ZipSample.Member, reason: String) async throws {
        let message = await refusal(of: ZipSample.bytes([.init(name: "keep", content: "1"), member]))
        #expect(message?.contains(reason) == true, "\(message ?? "not refused")")
    }

    @Test("Data that two members share is refused, as are duplicates and links that are written through")
    func overlaps() async throws {
        let shared = ZipSample.bytes([.init(name: "a", content: "x"), .init(name: "a", content: "x", offset: 0)])
        #expect(await refusal(of: shared)?.contains("same data") == true)
        let twice = ZipSample.bytes([.init(name: "a", content: "x"), .init(name: "a", content: "y")])
        #expect(await refusal(of: twice)?.contains("same name") == true)
        let through = ZipSample.bytes([
            .init(name: "keep"), .init(name: "l", content: "keep", mode: 0o120777), .init(name: "l/x", content: "y"),
        ])
        #expect(await refusal(of: through)?.contains("through a link") == true)
    }

    @Test("Truncated archives and such as hold too much are refused")
    func limits() async throws {
        let bytes = ZipSample.bytes([.init(name: "a", content: "12345"), .init(name: "b", content: "67890")])
        #expect(await refusal(of: Array(bytes.dropLast(30))) != nil)
        #expect(await refusal(of: Array(bytes.prefix(60))) != nil)
        #expect(await refusal(of: bytes, limits: ArchiveLimits(files: 1, size: 99))?.contains("1 members") == true)
        #expect(await refusal(of: bytes, limits: ArchiveLimits(files: 9, size: 9))?.contains("9 bytes") == true)
        // What a member is said to unpack to, out of a few bytes.
        let bomb = ZipSample.bytes([.init(name: "a", content: "x", method: 8, size: 1 << 29)])
        #expect(await refusal(of: bomb)?.contains("far more") == true)
        #expect(await refusal(of: ZipSample.bytes([]))?.contains("no file") == true)
    }
}
