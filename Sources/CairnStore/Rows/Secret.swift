public import CairnCore
import GRDB

extension Store {
    /// A random text that this installation keeps to itself, as a setting that no command shows. It is made when it is
    /// asked for the first time, and stays.
    public func secret(_ namespace: String, _ key: String) throws(CairnError) -> String {
        let fresh = (0..<4).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }.joined()
        return try write { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO property VALUES (?, ?, ?, ?)",
                arguments: [Scope.global.key, namespace, key, fresh])
            return try String.fetchOne(
                database, sql: "SELECT value FROM property WHERE scope = ? AND namespace = ? AND key = ?",
                arguments: [Scope.global.key, namespace, key]) ?? fresh
        }
    }
}
