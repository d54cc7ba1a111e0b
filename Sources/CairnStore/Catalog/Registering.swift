import CairnCatalog
import GRDB

/// How services and checks get into the catalog. A record that says what is there already changes nothing: nobody who
/// watches is woken by it.
struct Registering {
    let database: Database
    /// The count of this transaction's changes, taken at the first.
    private var index: Int64?
    /// The services that have changed.
    private var touched: Set<String> = []

    init(_ database: Database) { self.database = database }

    /// Whether anything has been changed.
    var hasChanged: Bool { index != nil }

    /// Adds or changes an instance with its checks. What is known of a check stays when it looks at the same thing.
    ///
    /// - Parameter replacesChecks: Whether checks of the instance that are not given are removed.
    mutating func put(_ registration: ServiceRegistration, replacesChecks: Bool) throws {
        let service = registration.service
        let found = try Service.fetch(service.key, database)
        if found?.isSame(as: service) != true {
            if let found, found.name != service.name { touched.insert(found.name) }
            try service.write(at: change(service.name, on: service.node), database)
        }
        for check in registration.checks { try put(check, of: service.name) }
        if replacesChecks {
            let kept = Set(registration.checks.map(\.id))
            let rows = try String.fetchAll(
                database, sql: "SELECT id FROM health_check WHERE node = ? AND service_id = ?",
                arguments: [service.node, service.id])
            // What takes a service out of service was set by a person, and is not the registration's.
            for id in rows where !kept.contains(id) && id != Check.maintenanceID(of: service.id) {
                try removeCheck(Service.Key(node: service.node, id: id))
            }
        }
        try derive(service.key)
    }

    /// Adds or changes a check. The status of one that is there already stays as it was found.
    mutating func put(_ check: Check, of service: String?) throws {
        let found = try Check.fetch(check.key, database)
        if found?.isSame(as: check) == true { return }
        var check = check
        if let found, found.definition == check.definition, found.serviceID == check.serviceID {
            (check.status, check.output, check.since) = (found.status, found.output, found.since)
            check.deadline = found.deadline
        }
        try check.write(at: change(service, on: check.node), database)
    }

    mutating func remove(_ key: Service.Key) throws {
        guard let found = try Service.fetch(key, database) else { return }
        _ = try change(found.name, on: found.node)
        try database.execute(
            sql: "DELETE FROM service WHERE node = ? AND id = ?", arguments: [key.node, key.id])
    }

    /// Removes the instances for which a condition on their rows holds, except those with one of the keys.
    mutating func removeServices(
        _ condition: String, _ arguments: StatementArguments, except kept: Set<Service.Key> = []
    ) throws {
        let rows = try Row.fetchAll(
            database, sql: "SELECT node, id FROM service WHERE \(condition)", arguments: arguments)
        for key in rows.map({ Service.Key(node: $0["node"], id: $0["id"]) }) where !kept.contains(key) {
            try remove(key)
        }
    }

    mutating func removeCheck(_ key: Service.Key) throws {
        guard let found = try Check.fetch(key, database) else { return }
        _ = try change(serviceName(of: found), on: found.node)
        try database.execute(
            sql: "DELETE FROM health_check WHERE node = ? AND id = ?", arguments: [key.node, key.id])
        if let id = found.serviceID { try derive(Service.Key(node: key.node, id: id)) }
    }

    /// Notes what a check has found. Words that change while the status stays wake nobody.
    mutating func setStatus(_ finding: CheckFinding, of key: Service.Key) throws {
        guard var check = try Check.fetch(key, database) else { return }
        let isNews = check.status != finding.status
        if !isNews && check.output == finding.output && check.deadline == finding.deadline { return }
        if isNews { check.since = finding.date }
        (check.status, check.output, check.deadline) = (finding.status, finding.output, finding.deadline)
        let index = isNews ? try change(serviceName(of: check), on: check.node) : Int64(clamping: check.modifyIndex)
        try check.write(at: index, database)
        if let id = check.serviceID { try derive(Service.Key(node: key.node, id: id)) }
    }

    /// Ends the transaction's work: the services that have changed are noted.
    mutating func finish() throws {
        guard let index else { return }
        for name in touched { try CatalogIndex.touch(name, at: index, database) }
        try CatalogIndex.prune(database)
    }

    /// Counts a change of a service; or, without one, of the node, which concerns every service on it.
    private mutating func change(_ service: String?, on node: String) throws -> Int64 {
        if let service { touched.insert(service) } else { try touchServices(on: node) }
        if let index { return index }
        let new = try CatalogIndex.advance(database)
        index = new
        return new
    }

    /// Notes that something has changed which counts for every service on a node.
    mutating func touchServices(on node: String) throws {
        touched.formUnion(
            try String.fetchAll(database, sql: "SELECT DISTINCT name FROM service WHERE node = ?", arguments: [node]))
    }

    private func serviceName(of check: Check) throws -> String? {
        guard let id = check.serviceID else { return nil }
        return try String.fetchOne(
            database, sql: "SELECT name FROM service WHERE node = ? AND id = ?", arguments: [check.node, id])
    }

    /// Keeps the status of an instance what its checks make it.
    private func derive(_ key: Service.Key) throws {
        let worst = try Row.fetchAll(
            database, sql: "SELECT status, output FROM health_check WHERE node = ? AND service_id = ? ORDER BY id",
            arguments: [key.node, key.id]
        ).map { (HealthStatus(rawValue: $0["status"]) ?? .critical, $0["output"] as String) }
            .max { $0.0 < $1.0 }
        try database.execute(
            sql: "UPDATE service SET status = ?, output = ? WHERE node = ? AND id = ?",
            arguments: [(worst?.0 ?? .passing).rawValue, worst?.1 ?? "", key.node, key.id])
    }
}
