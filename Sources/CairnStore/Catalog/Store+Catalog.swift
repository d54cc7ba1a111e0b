public import CairnCatalog
public import CairnCore
public import struct Foundation.Date
import GRDB

extension Store {
    // MARK: Reading

    /// The catalog as it is now.
    public func catalog() throws(CairnError) -> CatalogSnapshot {
        try read { database in
            let indexes = try Row.fetchAll(database, sql: "SELECT name, value FROM service_index")
                .map { ($0["name"] as String, UInt64(clamping: $0["value"] as Int64)) }
            return CatalogSnapshot(
                ownNode: try Self.ownNode(database).name,
                nodes: try Row.fetchAll(database, sql: "SELECT * FROM node").map(Node.init(row:)),
                services: try Row.fetchAll(database, sql: Service.selection).map(Service.init(row:)),
                checks: try Row.fetchAll(database, sql: "SELECT * FROM health_check ORDER BY node, id")
                    .map(Check.init(row:)),
                index: UInt64(clamping: try CatalogIndex.current(database)),
                indexes: Dictionary(indexes) { first, _ in first }, reach: try Self.reach(database))
        }
    }

    /// The instances that an app's copies are, in the order of their names and ports.
    public func services(of app: App) throws(CairnError) -> [Service] {
        try read { database in
            try Row.fetchAll(
                database, sql: Service.selection + " WHERE app_id = ? ORDER BY process, number, instance_id, port",
                arguments: [app.id]
            ).map(Service.init(row:))
        }
    }

    /// All instances, in the order of their names.
    public func services() throws(CairnError) -> [Service] {
        try read { database in
            try Row.fetchAll(database, sql: Service.selection + " ORDER BY service.name, node, service.id")
                .map(Service.init(row:))
        }
    }

    /// The instance with that place; nil when there is none.
    public func service(_ key: Service.Key) throws(CairnError) -> Service? { try read { try Service.fetch(key, $0) } }

    /// The check with that place; nil when there is none.
    public func check(_ key: Service.Key) throws(CairnError) -> Check? { try read { try Check.fetch(key, $0) } }

    // MARK: Registering

    /// Adds or changes instances. Returns whether that was news.
    ///
    /// - Parameter replacesChecks: Whether checks of an instance that are not given are removed.
    @discardableResult
    public func register(
        _ registrations: [ServiceRegistration], replacesChecks: Bool = true
    ) throws(CairnError) -> Bool {
        try changeCatalog { registering in
            for registration in registrations { try registering.put(registration, replacesChecks: replacesChecks) }
        }
    }

    /// Removes instances; those that are not there are no error. Returns whether that was news.
    @discardableResult
    public func deregister(_ keys: [Service.Key]) throws(CairnError) -> Bool {
        try changeCatalog { registering in
            for key in keys { try registering.remove(key) }
        }
    }

    /// Removes the instances of an app, for one that is stopped.
    public func removeServices(of app: App) throws(CairnError) { try replaceServices(of: app, with: []) }

    /// Makes the given instances all that the catalog has of the app.
    public func replaceServices(of app: App, with registrations: [ServiceRegistration]) throws(CairnError) {
        try replaceServices("app_id = ?", [app.id], with: registrations)
    }

    /// Makes the given instances all that the catalog has of a container that is not Cairn's. An id that something else has
    /// is left to it: a label can claim any.
    ///
    /// - Returns: The ids that were left to something else.
    @discardableResult
    public func replaceServices(
        ofContainer id: String, with registrations: [ServiceRegistration]
    ) throws(CairnError) -> [String] {
        var taken: [String] = []
        try changeCatalog { registering in
            let own = try registrations.filter { registration in
                let found = try Service.fetch(registration.service.key, registering.database)
                return found.map { $0.containerID != nil } ?? true
            }
            taken = registrations.map(\.service.id).filter { id in !own.contains { $0.service.id == id } }
            try registering.removeServices(
                "origin = 'container' AND container_id = ?", [id], except: Set(own.map(\.service.key)))
            for registration in own {
                try registering.put(registration, replacesChecks: true)
                for check in registration.checks where check.definition.probe == .engine {
                    try registering.setStatus(CheckFinding(check.status, check.output), of: check.key)
                }
            }
        }
        return taken
    }

    /// Removes the instances of all containers but these. Returns whether there were any.
    @discardableResult
    public func removeContainers(except ids: Set<String>) throws(CairnError) -> Bool {
        try changeCatalog { registering in
            let rows = try Row.fetchAll(
                registering.database, sql: "SELECT node, id, container_id FROM service WHERE origin = 'container'")
            for row in rows where !ids.contains(row["container_id"] ?? "") {
                try registering.remove(Service.Key(node: row["node"], id: row["id"]))
            }
        }
    }

    @discardableResult
    private func replaceServices(
        _ condition: String, _ arguments: StatementArguments, with registrations: [ServiceRegistration]
    ) throws(CairnError) -> Bool {
        try changeCatalog { registering in
            try registering.removeServices(condition, arguments, except: Set(registrations.map(\.service.key)))
            for registration in registrations { try registering.put(registration, replacesChecks: true) }
        }
    }

    // MARK: Checks

    /// Adds or changes a check; the status of one that looks at the same thing stays.
    ///
    /// - Throws: `E-NOT-FOUND` when its service is not there.
    public func putCheck(_ check: Check) throws(CairnError) {
        try changeCatalog { registering in
            var name: String?
            if let id = check.serviceID {
                name = try Service.fetch(Service.Key(node: check.node, id: id), registering.database)?.name
                guard name != nil else {
                    throw CairnError(.notFound, "There is no service '\(id.excerpt())' for the check to be about")
                }
            }
            try registering.put(check, of: name)
            try registering.setStatus(
                CheckFinding(check.status, check.output, date: check.since, deadline: check.deadline), of: check.key)
        }
    }

    /// Removes a check; one that is not there is no error.
    public func removeCheck(_ key: Service.Key) throws(CairnError) {
        try changeCatalog { try $0.removeCheck(key) }
    }

    /// Notes what a check has found. Returns whether its status has changed; a check that is gone has not.
    @discardableResult
    public func setStatus(_ finding: CheckFinding, ofCheck key: Service.Key) throws(CairnError) -> Bool {
        try changeCatalog { try $0.setStatus(finding, of: key) }
    }

    /// Makes a TTL check critical, unless somebody has spoken up at the last moment. Returns whether that was news.
    @discardableResult
    public func expireCheck(_ key: Service.Key, output: String, at date: Date = Date()) throws(CairnError) -> Bool {
        try changeCatalog { registering in
            guard let check = try Check.fetch(key, registering.database), let deadline = check.deadline,
                // As the rows hold them: a date counts from 2001, finer than a double can from 1970.
                deadline.timeIntervalSince1970 <= date.timeIntervalSince1970
            else { return }
            try registering.setStatus(CheckFinding(.critical, output, date: date, deadline: deadline), of: key)
        }
    }

    /// Notes what the engine says of a copy: whether its container runs. Returns whether that is news.
    @discardableResult
    public func setStatus(
        _ status: HealthStatus, output: String, ofServicesOf instanceID: Int64
    ) throws(CairnError) -> Bool {
        try changeCatalog { registering in
            let rows = try Row.fetchAll(
                registering.database, sql: "SELECT node, id FROM service WHERE instance_id = ?",
                arguments: [instanceID])
            for row in rows {
                let key = Service.Key(node: row["node"], id: Check.engineID(of: row["id"]))
                try registering.setStatus(CheckFinding(status, output), of: key)
            }
        }
    }

    // MARK: Transactions

    /// Returns whether the catalog has changed.
    @discardableResult
    func changeCatalog(_ body: (inout Registering) throws -> Void) throws(CairnError) -> Bool {
        try write { database in
            var registering = Registering(database)
            try body(&registering)
            try registering.finish()
            return registering.hasChanged
        }
    }

    private static func reach(_ database: Database) throws -> Reach {
        var reach = Reach()
        for row in try Row.fetchAll(database, sql: "SELECT client_id, server_id FROM link") {
            reach.links[row["client_id"], default: []].insert(row["server_id"])
        }
        for row in try Row.fetchAll(database, sql: "SELECT id, subnet FROM app WHERE subnet IS NOT NULL") {
            reach.subnets.append(
                Reach.Subnet(block: try IPv4Subnet(parsing: row["subnet"]), appID: row["id"]))
        }
        let open = """
            SELECT app.id FROM app JOIN property ON property.scope = app.name
            WHERE namespace = 'discovery' AND key = 'open' AND value = 'true'
            """
        reach.open = Set(try Int64.fetchAll(database, sql: open))
        return reach
    }
}
