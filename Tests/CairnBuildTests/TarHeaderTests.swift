import NIOCore
import Testing

@testable import CairnBuild

@Suite("Tar headers")
struct TarHeaderTests {
    @Test func aFilesHeaderIsExactlyUstar() {
        let header = bytes("bin/run", .file(size: 1234, isExecutable: true), time: 1_700_000_000)
        var expected = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            expected.replaceSubrange(offset..<(offset + text.utf8.count), with: Array(text.utf8))
        }
        put("bin/run", at: 0)
        put("0000755", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put("00000002322", at: 124)
        put("14524770400", at: 136)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put("0000000", at: 329)
        put("0000000", at: 337)
        let sum = expected.reduce(0) { $0 + Int($1) } + 8 * 32
        put("0" + String(sum, radix: 8), at: 148)
        expected[155] = 32
        #expect(header == expected)
    }

    @Test(
        arguments: [
            (TarHeader.Kind.file(size: 0, isExecutable: false), "0000644", "0", "x"),
            (.file(size: 0, isExecutable: true), "0000755", "0", "x"),
            (.directory, "0000755", "5", "x/"), (.symlink(target: Array("../y".utf8)), "0000777", "2", "x"),
        ])
    func modesAndTypes(kind: TarHeader.Kind, mode: String, type: String, name: String) {
        let header = bytes("x", kind)
        #expect(field(header, 100, 8) == mode)
        #expect(field(header, 156, 1) == type)
        #expect(field(header, 0, 100) == name)
        if case .symlink = kind { #expect(field(header, 157, 100) == "../y") }
    }

    @Test func aLongPathIsSplitAtASlash() {
        let path = String(repeating: "d", count: 90) + "/" + String(repeating: "e", count: 50) + "/file"
        let header = bytes(path, .file(size: 0, isExecutable: false))
        #expect(header.count == 512)
        #expect(field(header, 345, 155) + "/" + field(header, 0, 100) == path)
    }

    @Test(
        "What does not fit goes before it, into a pax header",
        arguments: [
            (String(repeating: "n", count: 101), "path"), ("größe", "path"),
            (String(repeating: "d/", count: 200) + "f", "path"),
        ])
    func paxPath(path: String, keyword: String) {
        let header = bytes(path, .file(size: 0, isExecutable: false))
        #expect(field(header, 156, 1) == "x")
        let record = field(header, 512, 512)
        let length = String(record.utf8.count)
        #expect(record == "\(length) \(keyword)=\(path)\n")
        #expect(field(header, 124, 12) == "0000000" + octal(record.utf8.count, 4))
    }

    @Test func paxSize() {
        let size = 9_000_000_000
        let header = bytes("large", .file(size: size, isExecutable: false))
        #expect(header.count == 1536)
        #expect(field(header, 512, 512) == "19 size=9000000000\n")
        #expect(field(header, 1024, 100) == "large")
        #expect(bytes("fits", .file(size: 0o777_7777_7777, isExecutable: false)).count == 512)
    }

    @Test func paxLink() {
        let target = String(repeating: "../", count: 40)
        let header = bytes("link", .symlink(target: Array(target.utf8)))
        #expect(header.count == 1536)
        #expect(field(header, 512, 512) == "134 linkpath=\(target)\n")
    }

    @Test("The length of a pax record counts its own digits", arguments: 80...110)
    func recordLengths(count: Int) {
        let record = field(bytes(String(repeating: "ä", count: count), .directory), 512, 512)
        #expect(record.hasPrefix("\(record.utf8.count) path="))
    }

    @Test func timesOutsideOfTheFieldAreCut() {
        #expect(field(bytes("x", .directory, time: -5), 136, 12) == "00000000000")
        #expect(field(bytes("x", .directory, time: .max), 136, 12) == "77777777777")
    }

    private func bytes(_ path: String, _ kind: TarHeader.Kind, time: Int = 0) -> [UInt8] {
        var buffer = ByteBuffer()
        TarHeader(path: Array(path.utf8), kind: kind, modificationTime: time).write(to: &buffer)
        return Array(buffer.readableBytesView)
    }

    private func field(_ header: [UInt8], _ offset: Int, _ count: Int) -> String {
        String(decoding: header[offset..<(offset + count)].prefix { $0 != 0 }, as: UTF8.self)
    }

    private func octal(_ number: Int, _ digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
