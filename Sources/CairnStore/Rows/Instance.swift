public import CairnCatalog
public import CairnCore
public import Foundation
import GRDB

/// One copy of a process that is wanted, with the address that is reserved for it for as long as the row exists.
public struct Instance: Sendable, Equatable, Identifiable {
    public enum State: String, Sendable {
        /// Started by a deploy that has not committed; an orphan if that deploy is gone.
        case candidate
        /// Wanted: part of what the app runs.
        case live
        /// No longer wanted; may finish its requests until `retireAt`.
        case retiring
    }

    public let id: Int64
    public let appID: Int64
    public let releaseID: Int64
    public let name: InstanceName
    public let address: IPv4Address
    /// The engine's id of the container; nil until it is made.
    public let containerID: String?
    public let state: State
    public let retireAt: Date?

    init(row: Row) throws {
        id = row["id"]
        appID = row["app_id"]
        releaseID = row["release_id"]
        name = InstanceName(process: try ProcessType(validating: row["process"]), index: row["number"])
        guard let address = IPv4Address(row["address"] as String) else {
            throw CairnError(.store, "The instance \(row["id"] as Int64) has no readable address")
        }
        self.address = address
        containerID = row["container_id"]
        state = State(rawValue: row["state"]) ?? .retiring
        retireAt = (row["retire_at"] as Double?).map(Date.init(timeIntervalSince1970:))
    }
}

extension Store {
    /// Adds candidates of a release, each with the lowest free address among `offsets` of the app's subnet.
    ///
    /// - Throws: `E-NO-ADDRESS` when the subnet has too few free addresses.
    public func addCandidates(
        _ names: [InstanceName], of release: Release, in subnet: IPv4Subnet, offsets: Range<Int>, at date: Date = Date()
    ) throws(CairnError) -> [Instance] {
        try write { database in
            let taken = try Set(
                String.fetchAll(
                    database, sql: "SELECT address FROM instance WHERE app_id = ?", arguments: [release.appID]))
            var free = offsets.lazy.map(subnet.address).filter { !taken.contains($0.description) }.makeIterator()
            return try names.map { name in
                guard let address = free.next() else {
                    throw CairnError(
                        .noAddress, "The app's network \(subnet) has no free address for \(name)",
                        hint: "Scale down, or set a smaller CAIRN_NETWORK_PREFIX in host.env for new networks.")
                }
                try database.execute(
                    sql: """
                        INSERT INTO instance (app_id, release_id, process, number, address, state, created_at)
                        VALUES (?, ?, ?, ?, ?, 'candidate', ?)
                        """,
                    arguments: [
                        release.appID, release.id, name.process.rawValue, name.index, address.description,
                        date.timeIntervalSince1970,
                    ])
                return try Self.instance(database, id: database.lastInsertedRowID)
            }
        }
    }

    public func setContainer(_ containerID: String?, of instance: Instance) throws(CairnError) {
        try write { database in
            try database.execute(
                sql: "UPDATE instance SET container_id = ? WHERE id = ?", arguments: [containerID, instance.id])
        }
    }

    public func removeInstance(_ instance: Instance) throws(CairnError) {
        try write { database in
            var registering = Registering(database)
            try registering.removeServices("instance_id = ?", [instance.id])
            try registering.finish()
            try database.execute(sql: "DELETE FROM instance WHERE id = ?", arguments: [instance.id])
        }
    }

    public func instances(of app: App) throws(CairnError) -> [Instance] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM instance WHERE app_id = ? ORDER BY process, number, id",
                arguments: [app.id]
            ).map(Instance.init(row:))
        }
    }

    public func instance(id: Int64) throws(CairnError) -> Instance? {
        try read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM instance WHERE id = ?", arguments: [id])
                .map(Instance.init(row:))
        }
    }

    /// The retiring instances of all apps, those due first.
    public func retiringInstances() throws(CairnError) -> [Instance] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM instance WHERE state = 'retiring' ORDER BY retire_at")
                .map(Instance.init(row:))
        }
    }

    /// Lets instances go: they leave the catalog at once and may be stopped from `date` on.
    public func retire(_ instances: [Instance], at date: Date) throws(CairnError) {
        try write { database in
            var registering = Registering(database)
            for instance in instances { try Self.retire(instance, at: date, &registering) }
            try registering.finish()
        }
    }

    /// The commit point of a deploy, in one transaction: the release is live, its candidates are what the app runs, the
    /// catalog names them, and what they replace is to be let go. `services` are their catalog rows; `retiring` pairs each
    /// replaced instance with the time from which it may be stopped; `scale`, if given, is what is wanted from now on, and
    /// `config` what becomes of the app's variables.
    public func commit(
        _ release: Release, candidates: [Instance], services: [ServiceRegistration], retiring: [(Instance, Date)],
        scale: [ProcessType: Int]? = nil, config: ConfigChange? = nil
    ) throws(CairnError) {
        try write { database in
            if let config {
                let scope = try String.fetchOne(
                    database, sql: "SELECT name FROM app WHERE id = ?", arguments: [release.appID])
                if let scope { try Self.apply(config, to: scope, database) }
            }
            for (process, quantity) in scale ?? [:] {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO scale VALUES (?, ?, ?)",
                    arguments: [release.appID, process.rawValue, quantity])
            }
            try database.execute(
                sql: "UPDATE release SET status = 'superseded' WHERE app_id = ? AND status = 'live' AND id <> ?",
                arguments: [release.appID, release.id])
            try database.execute(sql: "UPDATE release SET status = 'live' WHERE id = ?", arguments: [release.id])
            try database.execute(
                sql: "UPDATE app SET current_release = ?, desired_state = 'running' WHERE id = ?",
                arguments: [release.id, release.appID])
            for instance in candidates {
                try database.execute(sql: "UPDATE instance SET state = 'live' WHERE id = ?", arguments: [instance.id])
            }
            var registering = Registering(database)
            for (instance, date) in retiring { try Self.retire(instance, at: date, &registering) }
            for service in services { try registering.put(service, replacesChecks: true) }
            try registering.finish()
        }
    }

    private static func retire(_ instance: Instance, at date: Date, _ registering: inout Registering) throws {
        try registering.database.execute(
            sql: "UPDATE instance SET state = 'retiring', retire_at = ? WHERE id = ?",
            arguments: [date.timeIntervalSince1970, instance.id])
        try registering.removeServices("instance_id = ?", [instance.id])
    }

    private static func instance(_ database: Database, id: Int64) throws -> Instance {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM instance WHERE id = ?", arguments: [id]) else {
            throw CairnError(.store, "The instance \(id) has been removed meanwhile")
        }
        return try Instance(row: row)
    }
}
