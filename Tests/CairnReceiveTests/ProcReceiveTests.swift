import CairnCore
import Glibc
import LibGit
import Testing

@testable import CairnReceive

@Suite("The hook proc-receive")
struct ProcReceiveTests {
    static let one = String(repeating: "1", count: 40)
    static let two = String(repeating: "2", count: 40)

    @Test("What a push in front has moved is answered for, the rest is left to git")
    func answers() throws {
        let updates = try RefUpdate.parse(
            Array("\(Self.one) \(Self.two) refs/heads/main\n\(Self.one) \(Self.two) refs/heads/other\n".utf8))
        let lines = ProcReceive.answer(to: updates) { $0.branch == "main" ? ObjectID(Self.one) : nil }
        #expect(
            lines == [
                "ok refs/heads/main", "option old-oid \(Self.one)", "option new-oid \(Self.two)", "ok refs/heads/other",
                "option fall-through",
            ])
    }

    @Test func linesAreFramed() {
        #expect(String(decoding: PacketLines.encode(["version=1"]), as: UTF8.self) == "000eversion=1\n0000")
        #expect(String(decoding: PacketLines.encode([]), as: UTF8.self) == "0000")
    }

    @Test func sectionsAreReadOneByOne() throws {
        try read("000eversion=1\n00000008abcd0009x y\n\n0000") { lines throws in
            #expect(try lines.section() == [Array("version=1".utf8)])
            #expect(try lines.section() == [Array("abcd".utf8), Array("x y\n".utf8)])
            #expect(throws: CairnError.self) { try lines.section() }
        }
    }

    @Test("What is not framed is refused", arguments: ["", "000", "zzzz", "0003abc", "-001", "0008ab", "0004"])
    func refuses(input: String) throws {
        try read(input) { lines throws in
            let error = #expect(throws: CairnError.self) { try lines.section() }
            #expect(error?.code == .git)
        }
    }

    private func read(_ input: String, _ body: (PacketLines) throws -> Void) throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        write(ends[1], input, input.utf8.count)
        close(ends[1])
        try body(PacketLines(descriptor: ends[0]))
    }
}
