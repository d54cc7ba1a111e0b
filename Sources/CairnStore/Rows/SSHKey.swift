public import CairnCore
public import Foundation
import GRDB

/// A key that may log in, by ssh, to push and to run commands.
public struct SSHKey: Sendable, Equatable {
    public let name: String
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    public let fingerprint: String
    /// Type, base64 and comment: one line of a `.pub` file.
    public let publicKey: String
    /// Whether the key may ask for a terminal (`ssh -t`).
    public let allowsTerminal: Bool
    public let addedAt: Date

    public init(name: String, fingerprint: String, publicKey: String, allowsTerminal: Bool, addedAt: Date = Date()) {
        self.name = name
        self.fingerprint = fingerprint
        self.publicKey = publicKey
        self.allowsTerminal = allowsTerminal
        self.addedAt = addedAt
    }

    init(row: Row) {
        name = row["name"]
        fingerprint = row["fingerprint"]
        publicKey = row["public_key"]
        allowsTerminal = row["allows_terminal"]
        addedAt = Date(timeIntervalSince1970: row["added_at"])
    }
}

extension Store {
    public func sshKeys() throws(CairnError) -> [SSHKey] {
        try read { try Row.fetchAll($0, sql: "SELECT * FROM ssh_key ORDER BY name").map(SSHKey.init(row:)) }
    }

    /// Whether a key may log in.
    public func hasSSHKey(named name: String, fingerprint: String) throws(CairnError) -> Bool {
        try read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM ssh_key WHERE name = ? AND fingerprint = ?)",
                arguments: [name, fingerprint]) ?? false
        }
    }

    /// - Throws: `E-NAME-TAKEN` when the name or the key is there already.
    public func addSSHKey(_ key: SSHKey) throws(CairnError) {
        try write { database in
            let other = try String.fetchOne(
                database, sql: "SELECT name FROM ssh_key WHERE name = ? OR fingerprint = ?",
                arguments: [key.name, key.fingerprint])
            if let other {
                throw CairnError(
                    .nameTaken,
                    other == key.name
                        ? "A key named '\(key.name)' has been added already"
                        : "This key has been added already, with the name '\(other)'",
                    hint: "Remove it first: cairn ssh-keys:remove \(other)")
            }
            try database.execute(
                sql: "INSERT INTO ssh_key VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    key.name, key.fingerprint, key.publicKey, key.allowsTerminal, key.addedAt.timeIntervalSince1970,
                ])
        }
    }

    /// Removes the keys with this name or fingerprint; returns how many there were.
    public func removeSSHKeys(nameOrFingerprint text: String) throws(CairnError) -> Int {
        try write { database in
            try database.execute(
                sql: "DELETE FROM ssh_key WHERE name = ? OR fingerprint = ?", arguments: [text, text])
            return database.changesCount
        }
    }
}
