public import CairnCore
public import struct Foundation.Date
import GRDB

/// A TLS certificate of an app: the full chain and its key, in PEM.
public struct Certificate: Sendable, Equatable {
    public let chain: String
    public let privateKey: String
    public let addedAt: Date
}

extension Store {
    // MARK: Domains

    public func domains(of app: App) throws(CairnError) -> [Domain] {
        try read { database in
            try String.fetchAll(
                database, sql: "SELECT name FROM domain WHERE app_id = ? ORDER BY name", arguments: [app.id]
            )
            .map { try Domain(validating: $0) }
        }
    }

    /// Adds all domains or none; returns those that are new.
    ///
    /// - Throws: `E-DOMAIN-TAKEN` when another app has one of them.
    @discardableResult
    public func addDomains(_ domains: [Domain], to app: App) throws(CairnError) -> [Domain] {
        try write { try Self.add(domains, to: app, $0) }
    }

    /// - Throws: `E-DOMAIN-TAKEN`.
    public func setDomains(_ domains: [Domain], of app: App) throws(CairnError) {
        try write { database in
            try database.execute(sql: "DELETE FROM domain WHERE app_id = ?", arguments: [app.id])
            try Self.add(domains, to: app, database)
        }
    }

    /// Returns the domains that were there and are now removed.
    public func removeDomains(_ domains: [Domain], from app: App) throws(CairnError) -> [Domain] {
        try write { database in
            try domains.filter { domain in
                try database.execute(
                    sql: "DELETE FROM domain WHERE app_id = ? AND name = ?", arguments: [app.id, domain.rawValue])
                return database.changesCount > 0
            }
        }
    }

    /// The app that has exactly this domain.
    public func owner(of domain: Domain) throws(CairnError) -> AppName? {
        try read { try Self.owner(of: domain, $0) }
    }

    public func globalDomains() throws(CairnError) -> [Domain] {
        try read { database in
            try String.fetchAll(database, sql: "SELECT name FROM global_domain ORDER BY name")
                .map { try Domain(validating: $0) }
        }
    }

    public func setGlobalDomains(_ domains: [Domain]) throws(CairnError) {
        try write { database in
            try database.execute(sql: "DELETE FROM global_domain")
            for domain in Set(domains) {
                try database.execute(sql: "INSERT INTO global_domain VALUES (?)", arguments: [domain.rawValue])
            }
        }
    }

    private static func owner(of domain: Domain, _ database: Database) throws -> AppName? {
        try String.fetchOne(
            database, sql: "SELECT app.name FROM domain JOIN app ON app.id = app_id WHERE domain.name = ?",
            arguments: [domain.rawValue]
        ).map { try AppName(validating: $0) }
    }

    @discardableResult
    private static func add(_ domains: [Domain], to app: App, _ database: Database) throws -> [Domain] {
        var added: [Domain] = []
        for domain in domains {
            let owner = try owner(of: domain, database)
            if owner == app.name { continue }
            if let owner {
                throw CairnError(
                    .domainTaken, "The domain \(domain) belongs to the app \(owner)",
                    hint: "Remove it there first: cairn domains:remove \(owner) \(domain)")
            }
            try database.execute(
                sql: "INSERT INTO domain (name, app_id) VALUES (?, ?)", arguments: [domain.rawValue, app.id])
            added.append(domain)
        }
        return added
    }

    // MARK: Port mappings

    /// The mappings set by hand; empty when the app is served by what its image exposes.
    public func portMappings(of app: App) throws(CairnError) -> [PortMapping] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM port_mapping WHERE app_id = ?", arguments: [app.id])
                .compactMap { row in
                    PortMapping.Scheme(rawValue: row["scheme"]).map {
                        PortMapping(scheme: $0, hostPort: row["host_port"], containerPort: row["container_port"])
                    }
                }.sorted()
        }
    }

    public func setPortMappings(_ mappings: [PortMapping], of app: App) throws(CairnError) {
        try write { database in
            try database.execute(sql: "DELETE FROM port_mapping WHERE app_id = ?", arguments: [app.id])
            for mapping in mappings {
                try database.execute(
                    sql: "INSERT INTO port_mapping VALUES (?, ?, ?, ?)",
                    arguments: [app.id, mapping.scheme.rawValue, mapping.hostPort, mapping.containerPort])
            }
        }
    }

    // MARK: Certificates

    public func certificate(of app: App) throws(CairnError) -> Certificate? {
        try read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM certificate WHERE app_id = ?", arguments: [app.id])
                .map {
                    Certificate(
                        chain: $0["chain"], privateKey: $0["private_key"],
                        addedAt: Date(timeIntervalSince1970: $0["added_at"]))
                }
        }
    }

    public func setCertificate(chain: String, privateKey: String, of app: App, at date: Date = Date())
        throws(CairnError)
    {
        try write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO certificate VALUES (?, ?, ?, ?)",
                arguments: [app.id, chain, privateKey, date.timeIntervalSince1970])
        }
    }

    /// Returns whether there was one.
    public func removeCertificate(of app: App) throws(CairnError) -> Bool {
        try write { database in
            try database.execute(sql: "DELETE FROM certificate WHERE app_id = ?", arguments: [app.id])
            return database.changesCount > 0
        }
    }

    // MARK: Scale

    /// How many copies of each process are wanted.
    public func scale(of app: App) throws(CairnError) -> [ProcessType: Int] {
        try read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT process, quantity FROM scale WHERE app_id = ?", arguments: [app.id])
            return try Dictionary(rows.map { (try ProcessType(validating: $0["process"]), $0["quantity"]) }) { $1 }
        }
    }

    /// Sets the quantities of the given processes and leaves the others.
    public func setScale(_ scale: [ProcessType: Int], of app: App) throws(CairnError) {
        try write { database in
            for (process, quantity) in scale {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO scale VALUES (?, ?, ?)",
                    arguments: [app.id, process.rawValue, quantity])
            }
        }
    }

    public func removeScale(_ processes: some Sequence<ProcessType>, of app: App) throws(CairnError) {
        try write { database in
            for process in processes {
                try database.execute(
                    sql: "DELETE FROM scale WHERE app_id = ? AND process = ?", arguments: [app.id, process.rawValue])
            }
        }
    }
}
