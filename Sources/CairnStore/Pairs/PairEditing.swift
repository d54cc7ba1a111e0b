import CairnCore
import Foundation
import GRDB

/// A list of operations on keys while it is being done.
struct PairEditing {
    let database: Database
    let date: Date
    private(set) var pairs: [Pair] = []
    private(set) var refusals: [PairResult.Refusal] = []
    /// The count of this transaction's changes, taken at the first.
    private var index: Int64?
    private var grownBytes = 0

    init(database: Database, date: Date) {
        self.database = database
        self.date = date
    }

    mutating func apply(_ operation: PairOperation, index: Int) throws {
        if let reason = try apply(operation) {
            refusals.append(PairResult.Refusal(operation: index, reason: reason))
        }
    }

    /// Ends the work: counts the bytes.
    func finish() throws {
        if index != nil { try PairIndex.forgetRemovals(database) }
        guard grownBytes != 0 else { return }
        try database.execute(sql: "UPDATE pair_index SET bytes = bytes + ?", arguments: [grownBytes])
        let bytes = try Int.fetchOne(database, sql: "SELECT bytes FROM pair_index") ?? 0
        guard grownBytes < 0 || bytes <= Store.maximumPairBytes else {
            throw CairnError(
                .notAllowed, "The key/value store is full: it holds \(Store.maximumPairBytes >> 20) MiB at most",
                hint: "Remove keys that nobody needs any more.")
        }
    }

    /// Returns why it would not, if so.
    private mutating func apply(_ operation: PairOperation) throws -> String? {
        switch operation {
        case .set(let pair): try set(pair)
        case .compareAndSet(let pair): return try compareAndSet(pair)
        case .lock(let pair): return try lock(pair)
        case .unlock(let pair): return try unlock(pair)
        case .delete(let key): try delete("key = ?1", key)
        case .deleteTree(let prefix): try delete(PairIndex.hasPrefix, prefix)
        case .compareAndDelete(let key, let index):
            // One that is not there is as it should be.
            guard let found = try fetch(key) else { return nil }
            guard found.modifyIndex == index else { return Self.isStale(key) }
            try delete("key = ?1", key)
        case .get, .getTree, .checkIndex, .checkSession, .checkNotExists: return try look(operation)
        }
        return nil
    }

    private mutating func look(_ operation: PairOperation) throws -> String? {
        switch operation {
        case .get(let key):
            guard let found = try fetch(key) else { return Self.isMissing(key) }
            pairs.append(found)
        case .getTree(let prefix):
            let rows = try Row.fetchAll(
                database, sql: "SELECT * FROM pair WHERE \(PairIndex.hasPrefix) ORDER BY key", arguments: [prefix])
            pairs += rows.map(Pair.init(row:))
        case .checkIndex(let key, let index):
            guard let found = try fetch(key) else { return Self.isMissing(key) }
            guard found.modifyIndex == index else { return Self.isStale(key) }
            pairs.append(found)
        case .checkSession(let key, let session):
            guard let found = try fetch(key) else { return Self.isMissing(key) }
            guard found.session == session else { return "failed session check for key \"\(key)\"" }
            pairs.append(found)
        case .checkNotExists(let key):
            if try fetch(key) != nil { return "key \"\(key)\" exists" }
        default: break
        }
        return nil
    }

    private static func isMissing(_ key: String) -> String { "key \"\(key)\" doesn't exist" }
    private static func isStale(_ key: String) -> String { "failed index check for key \"\(key)\"" }

    private func fetch(_ key: String) throws -> Pair? {
        try Row.fetchOne(database, sql: "SELECT * FROM pair WHERE key = ?", arguments: [key]).map(Pair.init(row:))
    }

    /// Writes; what is there already with the same value and flags is left as it is.
    private mutating func set(_ pair: Pair) throws {
        var new = pair
        if let found = try fetch(pair.key) {
            (new.session, new.lockIndex) = (found.session, found.lockIndex)
        } else {
            (new.session, new.lockIndex) = (nil, 0)
        }
        try write(new)
    }

    private mutating func compareAndSet(_ pair: Pair) throws -> String? {
        guard (try fetch(pair.key)?.modifyIndex ?? 0) == pair.modifyIndex else { return Self.isStale(pair.key) }
        try set(pair)
        return nil
    }

    private mutating func lock(_ pair: Pair) throws -> String? {
        let session = pair.session ?? ""
        let exists = try Row.fetchOne(database, sql: "SELECT 1 FROM session WHERE id = ?", arguments: [session])
        guard exists != nil else { throw CairnError(.notFound, "invalid session \"\(session.excerpt())\"") }
        let found = try fetch(pair.key)
        if let holder = found?.session, holder != session { return "lock is already held by session \(holder)" }
        let until = try Double.fetchOne(
            database, sql: "SELECT until FROM pair_delay WHERE key = ?", arguments: [pair.key])
        if let until, until > date.timeIntervalSince1970, found?.session == nil {
            return "key \"\(pair.key)\" is under a lock delay"
        }
        try database.execute(sql: "DELETE FROM pair_delay WHERE key = ?", arguments: [pair.key])
        var new = pair
        // Who has the lock already only writes.
        new.lockIndex = (found?.lockIndex ?? 0) + (found?.session == nil ? 1 : 0)
        try write(new)
        return nil
    }

    private mutating func unlock(_ pair: Pair) throws -> String? {
        guard let found = try fetch(pair.key) else { return Self.isMissing(pair.key) }
        guard let session = found.session, session == pair.session else {
            return "lock isn't held, or held by another session"
        }
        var new = pair
        (new.session, new.lockIndex) = (nil, found.lockIndex)
        try write(new)
        return nil
    }

    private mutating func write(_ pair: Pair) throws {
        try Self.validate(pair.key)
        var new = pair
        let found = try fetch(pair.key)
        if let found {
            (new.createIndex, new.modifyIndex) = (found.createIndex, found.modifyIndex)
            if new == found { return pairs.append(found) }
        }
        let index = try change()
        new.modifyIndex = UInt64(clamping: index)
        if found == nil { new.createIndex = new.modifyIndex }
        try database.execute(
            sql: "INSERT OR REPLACE INTO pair VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                new.key, Data(new.value), Int64(bitPattern: new.flags), new.session, Int64(clamping: new.lockIndex),
                Int64(clamping: new.createIndex), index,
            ])
        try database.execute(sql: "DELETE FROM pair_removal WHERE key = ?", arguments: [new.key])
        grownBytes += new.size - (found?.size ?? 0)
        pairs.append(new)
    }

    /// Removes what the condition on `key` holds for, locked or not.
    mutating func delete(_ condition: String, _ argument: String) throws {
        let rows = try Row.fetchAll(
            database, sql: "SELECT key, length(value) AS size FROM pair WHERE \(condition)",
            arguments: [argument])
        guard !rows.isEmpty else { return }
        let index = try change()
        for row in rows {
            let key: String = row["key"]
            try PairIndex.remember(removalOf: key, at: index, database)
            grownBytes -= key.utf8.count + (row["size"] as Int)
        }
        try database.execute(sql: "DELETE FROM pair WHERE \(condition)", arguments: [argument])
    }

    /// Takes the lock from a key whose session has ended; the value stays.
    mutating func release(_ key: String) throws {
        try database.execute(
            sql: "UPDATE pair SET session = NULL, modify_index = ? WHERE key = ?", arguments: [try change(), key])
    }

    private mutating func change() throws -> Int64 {
        if let index { return index }
        let new = try PairIndex.advance(.keys, database)
        index = new
        return new
    }

    private static func validate(_ key: String) throws {
        let isText = key.unicodeScalars.allSatisfy { $0.value != 0 && $0.value != 0x10FFFF }
        guard !key.isEmpty, key.utf8.count <= Store.maximumKeyBytes, isText else {
            throw CairnError(
                .invalidValue, "'\(key.excerpt())' cannot be a key",
                hint: "A key has 1 to \(Store.maximumKeyBytes) bytes of text without NUL.")
        }
    }
}
