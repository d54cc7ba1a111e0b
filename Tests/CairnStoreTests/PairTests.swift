import CairnCore
import CairnStore
import Foundation
import Testing

@Suite("The store's keys")
struct PairTests {
    let file: PairStore
    var store: Store { file.store }

    init() throws { file = try PairStore() }

    private func pair(_ key: String, _ value: String = "x") -> Pair { Pair(key: key, value: Array(value.utf8)) }

    @Test("What is written is read, with all bytes and all bits of the flags")
    func roundTrip() throws {
        let pair = Pair(key: "a/b", value: [0, 255, 10], flags: .max)
        try store.put(pair)
        let found = try #require(try store.pairs(.key("a/b")).pairs.first)
        #expect((found.value, found.flags) == ([0, 255, 10], .max))
        #expect(found.createIndex == found.modifyIndex)
    }

    @Test("Writing the same again is no change; another value keeps when the key was made")
    func unchanged() throws {
        try store.put(pair("k"))
        let first = try store.pairs(.key("k"))
        try store.put(pair("k"))
        #expect(try store.pairs(.key("k")).index == first.index)
        try store.put(pair("k", "y"))
        let second = try store.pairs(.key("k"))
        #expect(second.index > first.index)
        #expect(second.pairs[0].createIndex == first.pairs[0].createIndex)
    }

    @Test("The counter of a prefix grows with what is below it, removals included, and with nothing else")
    func prefixIndex() throws {
        try store.put(pair("a/1"))
        try store.put(pair("ab"))
        let before = try store.pairs(.prefix("a/")).index
        try store.put(pair("b"))
        #expect(try store.pairs(.prefix("a/")).index == before)
        #expect(try store.pairIndex(.prefix("a/")) == before)
        try store.apply([.delete("a/1")])
        let after = try store.pairs(.prefix("a/"))
        #expect(after.pairs.isEmpty)
        #expect(after.index > before)
        #expect(try store.pairs(.prefix("")).pairs.map(\.key) == ["ab", "b"])
    }

    @Test("Removals that are forgotten never make a counter go back")
    func forgottenRemovals() throws {
        try store.put(pair("gone"))
        try store.apply([.delete("gone")])
        let before = try store.pairs(.key("gone")).index
        for round in 0..<25 {
            let keys = (0..<100).map { "k\(round)-\($0)" }
            try store.apply(keys.map { .set(pair($0)) })
            for key in keys { try store.apply([.delete(key)]) }
        }
        #expect(try store.pairs(.key("gone")).index >= before)
        let now = try store.pairIndexes().keys
        try store.put(pair("gone"))
        #expect(try store.pairs(.key("gone")).index > now)
    }

    @Test("A list of operations is done whole or not at all")
    func transaction() throws {
        try store.put(pair("a"))
        let result = try store.apply([.set(pair("b")), .checkNotExists("a"), .get("missing")])
        #expect(
            result
                == .refused([
                    .init(operation: 1, reason: "key \"a\" exists"),
                    .init(operation: 2, reason: "key \"missing\" doesn't exist"),
                ]))
        #expect(try store.pairs(.key("b")).pairs.isEmpty)
    }

    @Test(
        "What cannot be a key is refused", arguments: ["", "a\0b", String(repeating: "k", count: 5000), "a\u{10FFFF}"])
    func invalidKey(key: String) {
        let error = #expect(throws: CairnError.self) { try store.put(pair(key)) }
        #expect(error?.code == .invalidValue)
    }

    @Test("The keys and values together have a limit, and removing makes room")
    func limit() throws {
        let value = [UInt8](repeating: 1, count: 16 << 20)
        for key in ["a", "b", "c"] { try store.put(Pair(key: key, value: value)) }
        let error = #expect(throws: CairnError.self) { try store.put(Pair(key: "d", value: value)) }
        #expect(error?.code == .notAllowed)
        #expect(try store.pairs(.key("d")).pairs.isEmpty)
        try store.apply([.delete("a")])
        try store.put(Pair(key: "d", value: value))
    }
}

/// A store in a directory of its own, which goes with it.
final class PairStore: Sendable {
    let directory: URL
    let store: Store

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "cairn-pairs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        store = try Store(path: directory.appending(path: "cairn.db").path)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }
}
