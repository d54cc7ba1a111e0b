public import CairnCatalog
public import CairnCore
import GRDB
import Glibc

extension Node {
    init(row: Row) throws {
        self.init(
            name: row["name"], id: row["id"], address: row["address"], meta: try JSONText.decode(row["meta"]),
            taggedAddresses: try JSONText.decode(row["tagged_addresses"]),
            createIndex: UInt64(clamping: row["create_index"] as Int64),
            modifyIndex: UInt64(clamping: row["modify_index"] as Int64))
    }
}

extension Store {
    /// Gives this host its name in the catalog: the first part of its host name as it is now. It stays when the host's
    /// name changes, since what others know of this host goes by it.
    static func nameOwnNode(_ database: Database) throws {
        var buffer = [CChar](repeating: 0, count: 256)
        gethostname(&buffer, buffer.count - 1)
        let host = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let label = String(decoding: host, as: UTF8.self).lowercased().prefix { $0 != "." }
            .filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        let id: String = try String.fetchOne(database, sql: "SELECT id FROM installation") ?? ""
        try database.execute(
            sql: "UPDATE node SET name = ?, id = ? WHERE is_own",
            arguments: [label.isEmpty ? "localhost" : String(label), nodeID(of: id)])
    }

    /// A UUID (RFC 9562, version 8) that this installation always has.
    static func nodeID(of installation: String) -> String {
        var hex = Array(SHA256.hexadecimal(Array("cairn node \(installation)".utf8)).prefix(32))
        hex[12] = "8"
        hex[16] = "a"
        let text = String(hex)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { range in
            String(text.dropFirst(range.lowerBound).prefix(range.count))
        }.joined(separator: "-")
    }

    /// The node that stands for this host.
    public func ownNode() throws(CairnError) -> Node { try read { try Self.ownNode($0) } }

    static func ownNode(_ database: Database) throws -> Node {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM node WHERE is_own") else {
            throw CairnError(.store, "The database does not know this host")
        }
        return try Node(row: row)
    }

    /// Changes how this host is called and reached. Its services keep their ids, whose first part is the old name, until
    /// they are registered again.
    ///
    /// - Throws: `E-NAME-TAKEN` when another node has the name.
    public func setOwnNode(name: String, address: String) throws(CairnError) {
        try write { database in
            let own = try Self.ownNode(database)
            if own.name == name && own.address == address { return }
            let index = try CatalogIndex.advance(database)
            let other = try Row.fetchOne(
                database, sql: "SELECT 1 FROM node WHERE name = ? AND NOT is_own", arguments: [name])
            if other != nil {
                throw CairnError(.nameTaken, "The catalog has another node '\(name)'", hint: "Choose another name.")
            }
            try database.execute(
                sql: "UPDATE node SET name = ?, address = ?, modify_index = ? WHERE is_own",
                arguments: [name, address, index])
            try Self.touchServices(on: name, at: index, database)
        }
    }

    /// Adds or changes a node that is not this host.
    ///
    /// - Throws: `E-NAME-TAKEN` for this host's own name.
    public func putNode(_ node: Node) throws(CairnError) {
        try write { database in
            let found = try Row.fetchOne(database, sql: "SELECT * FROM node WHERE name = ?", arguments: [node.name])
            if let found, found["is_own"] as Bool {
                throw CairnError(.nameTaken, "'\(node.name)' is this host's own node")
            }
            if try found.map(Node.init(row:))?.isSame(as: node) == true { return }
            let index = try CatalogIndex.advance(database)
            try database.execute(
                sql: """
                    INSERT INTO node VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?6) ON CONFLICT (name) DO UPDATE SET
                        id = ?2, address = ?3, meta = ?4, tagged_addresses = ?5, modify_index = ?6
                    """,
                arguments: [
                    node.name, node.id, node.address, try JSONText.encode(node.meta),
                    try JSONText.encode(node.taggedAddresses), index,
                ])
            try Self.touchServices(on: node.name, at: index, database)
        }
    }

    private static func touchServices(on node: String, at index: Int64, _ database: Database) throws {
        let names = try String.fetchAll(
            database, sql: "SELECT DISTINCT name FROM service WHERE node = ?", arguments: [node])
        for name in names { try CatalogIndex.touch(name, at: index, database) }
    }

    /// Removes a node that is not this host, with its services and checks. One that is not there is no error.
    public func removeNode(_ name: String) throws(CairnError) {
        try write { database in
            let index = try CatalogIndex.advance(database)
            let names = try String.fetchAll(
                database, sql: "SELECT DISTINCT name FROM service WHERE node = ?", arguments: [name])
            try database.execute(sql: "DELETE FROM node WHERE name = ? AND NOT is_own", arguments: [name])
            for name in names { try CatalogIndex.touch(name, at: index, database) }
            try CatalogIndex.prune(database)
        }
    }
}
