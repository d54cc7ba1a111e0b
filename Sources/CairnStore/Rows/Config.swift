public import CairnCore
import GRDB

/// Whose settings or variables: one app's, or those of the whole host, which every app inherits.
public enum Scope: Hashable, Sendable, CustomStringConvertible {
    case app(AppName)
    case global

    var key: String {
        switch self {
        case .app(let name): name.rawValue
        case .global: Store.globalScope
        }
    }
    public var description: String { key }
}

/// Variables to be set together.
public struct ConfigChange: Sendable, Equatable {
    public let pairs: [ConfigPair]
    /// Whether the variables that are not among the pairs go.
    public let replaces: Bool

    public init(_ pairs: [ConfigPair], replaces: Bool = false) {
        self.pairs = pairs
        self.replaces = replaces
    }
}

extension Store {
    public func config(_ scope: Scope) throws(CairnError) -> [String: String] {
        try read { try Self.config($0, scope: scope) }
    }

    /// What a process of the app sees: the host's variables, and over them the app's.
    public func mergedConfig(of app: AppName) throws(CairnError) -> [String: String] {
        try read { database in
            try Self.config(database, scope: .global)
                .merging(Self.config(database, scope: .app(app))) { _, own in own }
        }
    }

    public func configValue(_ key: ConfigKey, in scope: Scope) throws(CairnError) -> String? {
        try read { database in
            try String.fetchOne(
                database, sql: "SELECT value FROM config WHERE scope = ? AND key = ?",
                arguments: [scope.key, key.rawValue])
        }
    }

    /// Sets all pairs or none. Returns the keys whose value is new, so that a caller can tell a change from a repetition.
    @discardableResult
    public func setConfig(_ pairs: [ConfigPair], in scope: Scope, replacing: Bool = false) throws(CairnError) -> Set<
        ConfigKey
    > {
        try write { database in
            let old = try Self.config(database, scope: scope)
            try Self.apply(ConfigChange(pairs, replaces: replacing), to: scope.key, database)
            return Set(pairs.filter { old[$0.key.rawValue] != $0.value }.map(\.key))
        }
    }

    static func apply(_ change: ConfigChange, to scope: String, _ database: Database) throws {
        if change.replaces { try database.execute(sql: "DELETE FROM config WHERE scope = ?", arguments: [scope]) }
        for pair in change.pairs {
            try database.execute(
                sql: "INSERT OR REPLACE INTO config VALUES (?, ?, ?)",
                arguments: [scope, pair.key.rawValue, pair.value])
        }
    }

    /// Removes the keys. Returns those that were there.
    @discardableResult
    public func unsetConfig(_ keys: [ConfigKey], in scope: Scope) throws(CairnError) -> Set<ConfigKey> {
        try write { database in
            var removed: Set<ConfigKey> = []
            for key in keys {
                try database.execute(
                    sql: "DELETE FROM config WHERE scope = ? AND key = ?", arguments: [scope.key, key.rawValue])
                if database.changesCount > 0 { removed.insert(key) }
            }
            return removed
        }
    }

    private static func config(_ database: Database, scope: Scope) throws -> [String: String] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT key, value FROM config WHERE scope = ?", arguments: [scope.key])
        return Dictionary(rows.map { ($0["key"], $0["value"]) }) { $1 }
    }

    // MARK: Properties

    /// The value of a setting such as `git deploy-branch`, as it was set in just that scope.
    public func property(_ namespace: String, _ key: String, in scope: Scope) throws(CairnError) -> String? {
        try read { database in
            try String.fetchOne(
                database, sql: "SELECT value FROM property WHERE scope = ? AND namespace = ? AND key = ?",
                arguments: [scope.key, namespace, key])
        }
    }

    /// All settings of a namespace in one scope.
    public func properties(_ namespace: String, in scope: Scope) throws(CairnError) -> [String: String] {
        try read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT key, value FROM property WHERE scope = ? AND namespace = ?",
                arguments: [scope.key, namespace])
            return Dictionary(rows.map { ($0["key"], $0["value"]) }) { $1 }
        }
    }

    /// The settings in effect for an app: the host's, and over them the app's own.
    public func effectiveProperties(_ namespace: String, of app: AppName) throws(CairnError) -> [String: String] {
        try properties(namespace, in: .global).merging(properties(namespace, in: .app(app))) { _, own in own }
    }

    /// Sets a setting, or removes it when `value` is nil or empty.
    public func setProperty(_ namespace: String, _ key: String, to value: String?, in scope: Scope) throws(CairnError) {
        try write { database in
            if let value, !value.isEmpty {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO property VALUES (?, ?, ?, ?)",
                    arguments: [scope.key, namespace, key, value])
            } else {
                try database.execute(
                    sql: "DELETE FROM property WHERE scope = ? AND namespace = ? AND key = ?",
                    arguments: [scope.key, namespace, key])
            }
        }
    }

    /// Copies every setting of one app to another.
    public func copyProperties(from old: AppName, to new: AppName) throws(CairnError) {
        try write { database in
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO property
                    SELECT ?, namespace, key, value FROM property WHERE scope = ?
                    """, arguments: [new.rawValue, old.rawValue])
            try database.execute(
                sql: "INSERT OR REPLACE INTO config SELECT ?, key, value FROM config WHERE scope = ?",
                arguments: [new.rawValue, old.rawValue])
        }
    }
}
