import CairnCore
import GRDB

/// The schema and its migrations. A migration, once released, is never edited: a change is a new one at the end.
enum Schema {
    /// In `PRAGMA user_version`, so that a command which finds nothing to do reads one number and no more.
    static let version = Int64(migrations.count)

    /// - Parameter target: The version to end with; tests stop before.
    static func migrate(_ database: DatabaseQueue, to target: Int64 = Schema.version) throws {
        let current = try database.read { try Int64.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        if current == target { return }
        guard current < target else {
            throw CairnError(
                .store, "The database was written by a newer Cairn (schema \(current), this one knows \(version))",
                hint: "Install that version again, or restore a backup made before the upgrade.")
        }
        try database.write { database in
            // Another command may have migrated since.
            let found = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard found < target else { return }
            for migration in migrations[Int(found)..<Int(target)] { try database.execute(sql: migration) }
            // The second migration makes this host a node of the catalog, which SQL cannot name.
            if found < 2 && target >= 2 { try Store.nameOwnNode(database) }
            try database.execute(sql: "PRAGMA user_version = \(target)")
        }
    }

    private static let migrations = [first, Schema.catalog]

    private static let first = """
        CREATE TABLE installation (id TEXT NOT NULL);
        INSERT INTO installation VALUES (lower(hex(randomblob(4))));

        CREATE TABLE app (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            created_at REAL NOT NULL,
            -- The app's own bridge network; made at its first deploy.
            subnet TEXT UNIQUE,
            network_id TEXT,
            -- The release that serves. Setting it is the commit point of a deploy.
            current_release INTEGER,
            -- What ps:stop and ps:start decide: 'running' or 'stopped'.
            desired_state TEXT NOT NULL DEFAULT 'running',
            locked_by TEXT,
            locked_at REAL
        );
        CREATE TABLE config (
            scope TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (scope, key)
        ) WITHOUT ROWID;
        CREATE TABLE property (
            scope TEXT NOT NULL,
            namespace TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (scope, namespace, key)
        ) WITHOUT ROWID;
        CREATE TABLE domain (
            name TEXT NOT NULL PRIMARY KEY,
            app_id INTEGER NOT NULL REFERENCES app (id) ON DELETE CASCADE
        ) WITHOUT ROWID;
        CREATE INDEX domain_app ON domain (app_id);
        CREATE TABLE global_domain (name TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE port_mapping (
            app_id INTEGER NOT NULL REFERENCES app (id) ON DELETE CASCADE,
            scheme TEXT NOT NULL,
            host_port INTEGER NOT NULL,
            container_port INTEGER NOT NULL,
            PRIMARY KEY (app_id, scheme, host_port)
        ) WITHOUT ROWID;
        CREATE TABLE certificate (
            app_id INTEGER PRIMARY KEY REFERENCES app (id) ON DELETE CASCADE,
            chain TEXT NOT NULL,
            private_key TEXT NOT NULL,
            added_at REAL NOT NULL
        );
        CREATE TABLE scale (
            app_id INTEGER NOT NULL REFERENCES app (id) ON DELETE CASCADE,
            process TEXT NOT NULL,
            quantity INTEGER NOT NULL,
            PRIMARY KEY (app_id, process)
        ) WITHOUT ROWID;
        CREATE TABLE release (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            app_id INTEGER NOT NULL REFERENCES app (id) ON DELETE CASCADE,
            version INTEGER NOT NULL,
            status TEXT NOT NULL,
            image_id TEXT NOT NULL,
            image_tag TEXT NOT NULL,
            content TEXT NOT NULL,
            description TEXT NOT NULL,
            actor TEXT NOT NULL,
            created_at REAL NOT NULL,
            timings TEXT NOT NULL DEFAULT '[]',
            failure TEXT,
            UNIQUE (app_id, version)
        );
        CREATE TABLE instance (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            app_id INTEGER NOT NULL REFERENCES app (id) ON DELETE CASCADE,
            release_id INTEGER NOT NULL REFERENCES release (id) ON DELETE CASCADE,
            process TEXT NOT NULL,
            number INTEGER NOT NULL,
            address TEXT NOT NULL UNIQUE,
            container_id TEXT,
            state TEXT NOT NULL,
            retire_at REAL,
            created_at REAL NOT NULL
        );
        CREATE INDEX instance_app ON instance (app_id);
        CREATE TABLE service (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            app_id INTEGER REFERENCES app (id) ON DELETE CASCADE,
            instance_id INTEGER REFERENCES instance (id) ON DELETE CASCADE,
            process TEXT,
            number INTEGER,
            address TEXT NOT NULL,
            port INTEGER NOT NULL,
            status TEXT NOT NULL,
            output TEXT NOT NULL DEFAULT '',
            modify_index INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX service_app ON service (app_id);
        CREATE TABLE catalog_index (value INTEGER NOT NULL);
        INSERT INTO catalog_index VALUES (1);
        CREATE TABLE ssh_key (
            name TEXT NOT NULL PRIMARY KEY,
            fingerprint TEXT NOT NULL UNIQUE,
            public_key TEXT NOT NULL,
            allows_terminal INTEGER NOT NULL DEFAULT 0,
            added_at REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE build (
            id TEXT NOT NULL PRIMARY KEY,
            app_id INTEGER NOT NULL REFERENCES app (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            status TEXT NOT NULL,
            source TEXT NOT NULL,
            revision TEXT,
            actor TEXT NOT NULL,
            pid INTEGER NOT NULL,
            started_at REAL NOT NULL,
            finished_at REAL,
            exit_code INTEGER,
            release_version INTEGER,
            timings TEXT NOT NULL DEFAULT '[]'
        ) WITHOUT ROWID;
        CREATE INDEX build_app ON build (app_id, started_at);
        CREATE TABLE event (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at REAL NOT NULL,
            app TEXT,
            kind TEXT NOT NULL,
            actor TEXT NOT NULL,
            message TEXT NOT NULL
        );
        CREATE INDEX event_app ON event (app, id);
        """
}
