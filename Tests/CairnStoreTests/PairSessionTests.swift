import CairnCatalog
import CairnCore
import CairnStore
import Foundation
import Testing

@Suite("The store's sessions and locks")
struct PairSessionTests {
    let file: PairStore
    let node: String
    let start = Date(timeIntervalSince1970: 1000)
    var store: Store { file.store }

    init() throws {
        file = try PairStore()
        node = try file.store.ownNode().name
    }

    private func session(
        _ id: String, ttl: Duration? = nil, behavior: Session.Behavior = .release, delay: Duration = .seconds(15),
        checks: [String] = [Session.nodeCheck], node: String? = nil
    ) throws -> Session {
        try store.createSession(
            Session(
                id: id, node: node ?? self.node, ttl: ttl, behavior: behavior, lockDelay: delay, nodeChecks: checks,
                renewedAt: start))
    }

    private func lock(_ key: String, by session: String, at date: Date? = nil) throws -> Bool {
        try store.apply([.lock(Pair(key: key, value: [], session: session))], at: date ?? start).isApplied
    }

    @Test("A session that is not renewed in time ends, its keys stay, and its locks are open after the delay")
    func expiry() throws {
        let one = try session("one", ttl: .seconds(10))
        _ = try session("two")
        #expect(try lock("k", by: one.id))
        let first = try store.endSessions(at: start + 9)
        #expect(first.ended.isEmpty)
        #expect(first.next == start + 10)
        _ = try store.renewSession(one.id, at: start + 9)
        #expect(try store.endSessions(at: start + 18).ended.isEmpty)
        let before = try store.pairIndexes()
        #expect(try store.endSessions(at: start + 19).ended.map(\.id) == ["one"])
        let after = try store.pairIndexes()
        #expect(after.keys > before.keys)
        #expect(after.sessions > before.sessions)
        #expect(try store.pairs(.key("k")).pairs.first?.session == nil)
        #expect(try !lock("k", by: "two", at: start + 33))
        #expect(try lock("k", by: "two", at: start + 34))
    }

    @Test("A session that removes its keys does so when it is destroyed, and the delay stands for keys that are gone")
    func deleting() throws {
        let one = try session("one", behavior: .delete)
        _ = try session("two")
        #expect(try lock("k", by: one.id))
        try store.put(Pair(key: "other", value: []))
        try store.destroySession(one.id, at: start)
        #expect(try store.pairs(.prefix("")).pairs.map(\.key) == ["other"])
        #expect(try !lock("k", by: "two", at: start + 14))
        #expect(try lock("k", by: "two", at: start + 15))
    }

    @Test("A lock that is given back can be taken at once")
    func release() throws {
        _ = try (session("one"), session("two"))
        #expect(try lock("k", by: "one"))
        #expect(try store.apply([.unlock(Pair(key: "k", value: [], session: "one"))]).isApplied)
        #expect(try lock("k", by: "two"))
        #expect(try store.pairs(.key("k")).pairs.first?.lockIndex == 2)
    }

    @Test("Writing to a locked key leaves the lock")
    func writeLocked() throws {
        _ = try session("one")
        #expect(try lock("k", by: "one"))
        try store.put(Pair(key: "k", value: [1]))
        #expect(try store.pairs(.key("k")).pairs.first?.session == "one")
    }

    @Test("A session falls with its check, with the check's removal, and with its node")
    func dependencies() throws {
        let check = Check(
            node: node, id: "disk", serviceID: nil, name: "disk", status: .passing,
            definition: Check.Definition(probe: .external))
        try store.putCheck(check)
        _ = try session("a", checks: ["disk"])
        #expect(try store.endSessions(at: start).ended.isEmpty)
        try store.setStatus(CheckFinding(.critical, "full"), ofCheck: check.key)
        #expect(try store.endSessions(at: start).ended.map(\.id) == ["a"])
        let error = #expect(throws: CairnError.self) { try session("b", checks: ["disk"]) }
        #expect(error?.code == .notAllowed)
        try store.putNode(Node(name: "far", id: "", address: "10.0.0.1"))
        _ = try session("c", node: "far")
        #expect(try lock("k", by: "c"))
        try store.removeNode("far")
        #expect(try store.endSessions(at: start).ended.map(\.id) == ["c"])
        #expect(try store.pairs(.key("k")).pairs.first?.session == nil)
    }

    @Test("The leader of a service is whom the holder of its key names, or the only one beside the holder")
    func leaders() throws {
        func service(_ id: String, _ name: String) -> ServiceRegistration {
            ServiceRegistration(
                service: Service(node: node, id: id, name: name, address: "10.0.0.1", port: 1, origin: .agent))
        }
        try store.register([
            service("db.1", "db"), service("db.2", "db"), service("mail.1", "mail"), service("x.1", "x"),
        ])
        _ = try session("s")
        for (name, value) in [("db", "db.2"), ("mail", "whoever"), ("none", "")] {
            let pair = Pair(key: Store.leaderKey(of: name), value: Array(value.utf8), session: "s")
            #expect(try store.apply([.lock(pair)], at: start).isApplied)
        }
        try store.put(Pair(key: Store.leaderKey(of: "x"), value: Array("x.1".utf8)))
        #expect(
            try store.leaders() == [
                "db": Service.Key(node: node, id: "db.2"), "mail": Service.Key(node: node, id: "mail.1"),
            ])
        try store.destroySession("s", at: start)
        #expect(try store.leaders().isEmpty)
    }
}
