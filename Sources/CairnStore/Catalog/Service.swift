public import CairnCore
import GRDB

/// A row of the catalog: one instance of a service, where it listens and whether it may be given work.
public struct Service: Sendable, Equatable, Identifiable {
    /// As in Consul's catalog: only `passing` instances are handed out.
    public enum Status: String, Sendable { case passing, critical }

    /// Unique in the catalog: the instance's row and the port.
    public let id: String
    /// What it is looked up by: the name of the app and the process, `web.billing`.
    public let name: String
    public let appID: Int64?
    public let instanceID: Int64?
    public let instance: InstanceName?
    public let address: IPv4Address
    public let port: Int
    public var status: Status
    /// Why the status is what it is, in a few words.
    public var output: String

    /// The row of one port of an app's instance.
    public init(app: App, instance: Instance, port: Int, status: Status, output: String = "") {
        id = "\(instance.id):\(port)"
        name = "\(instance.name.process).\(app.name)"
        appID = app.id
        instanceID = instance.id
        self.instance = instance.name
        address = instance.address
        self.port = port
        self.status = status
        self.output = output
    }

    init(row: Row) throws {
        id = row["id"]
        name = row["name"]
        appID = row["app_id"]
        instanceID = row["instance_id"]
        if let process = row["process"] as String?, let number = row["number"] as Int? {
            instance = InstanceName(process: try ProcessType(validating: process), index: number)
        } else {
            instance = nil
        }
        guard let address = IPv4Address(row["address"] as String) else {
            throw CairnError(.store, "The service \(row["id"] as String) has no readable address")
        }
        self.address = address
        port = row["port"]
        status = Status(rawValue: row["status"]) ?? .critical
        output = row["output"]
    }
}

/// The catalog's counter, which grows with every change, as Consul's `X-Consul-Index` does.
enum Catalog {
    static func advance(_ database: Database) throws {
        try database.execute(sql: "UPDATE catalog_index SET value = value + 1")
    }
}

extension Store {
    public func services(of app: App) throws(CairnError) -> [Service] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM service WHERE app_id = ? ORDER BY process, number, id",
                arguments: [app.id]
            ).map(Service.init(row:))
        }
    }

    public func services() throws(CairnError) -> [Service] {
        try read { try Row.fetchAll($0, sql: "SELECT * FROM service ORDER BY name, id").map(Service.init(row:)) }
    }

    /// Adds or changes rows of the catalog.
    public func putServices(_ services: [Service]) throws(CairnError) {
        try write { database in
            for service in services { try Self.put(service, database) }
            try Catalog.advance(database)
        }
    }

    /// Makes the given rows all that the catalog has of the app.
    public func replaceServices(of app: App, with services: [Service]) throws(CairnError) {
        try write { database in
            try database.execute(sql: "DELETE FROM service WHERE app_id = ?", arguments: [app.id])
            for service in services { try Self.put(service, database) }
            try Catalog.advance(database)
        }
    }

    /// Notes what has been found out about all services of an instance. Returns whether that is news.
    @discardableResult
    public func setStatus(
        _ status: Service.Status, output: String, ofServicesOf instanceID: Int64
    ) throws(CairnError) -> Bool {
        try write { database in
            try database.execute(
                sql: "UPDATE service SET status = ?, output = ? WHERE instance_id = ? AND status <> ?",
                arguments: [status.rawValue, output, instanceID, status.rawValue])
            let changed = database.changesCount > 0
            if changed { try Catalog.advance(database) }
            return changed
        }
    }

    /// Removes the catalog rows of an app's instances, for an app that is stopped.
    public func removeServices(of app: App) throws(CairnError) {
        try write { database in
            try database.execute(sql: "DELETE FROM service WHERE app_id = ?", arguments: [app.id])
            try Catalog.advance(database)
        }
    }

    public func catalogIndex() throws(CairnError) -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT value FROM catalog_index") ?? 0 }
    }

    static func put(_ service: Service, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO service VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT value + 1 FROM catalog_index))
                """,
            arguments: [
                service.id, service.name, service.appID, service.instanceID, service.instance?.process.rawValue,
                service.instance?.index, service.address.description, service.port, service.status.rawValue,
                service.output,
            ])
    }
}
