extension Schema {
    /// The catalog becomes one of nodes, services and checks, with keys and sessions beside it. Rows of copies that serve
    /// are taken over, so that nothing stops being served by an upgrade.
    static let catalog = """
        CREATE TABLE node (
            name TEXT NOT NULL PRIMARY KEY,
            id TEXT NOT NULL,
            address TEXT NOT NULL,
            meta TEXT NOT NULL DEFAULT '{}',
            tagged_addresses TEXT NOT NULL DEFAULT '{}',
            -- Of the one row that stands for this host.
            is_own INTEGER NOT NULL DEFAULT 0,
            create_index INTEGER NOT NULL,
            modify_index INTEGER NOT NULL
        ) WITHOUT ROWID;
        INSERT INTO node SELECT 'localhost', id, '127.0.0.1', '{}', '{}', 1, 1, 1 FROM installation;

        ALTER TABLE service RENAME TO old_service;
        DROP INDEX service_app;
        CREATE TABLE service (
            node TEXT NOT NULL REFERENCES node (name) ON DELETE CASCADE ON UPDATE CASCADE,
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            tags TEXT NOT NULL DEFAULT '[]',
            meta TEXT NOT NULL DEFAULT '{}',
            address TEXT NOT NULL,
            port INTEGER NOT NULL,
            weights TEXT NOT NULL DEFAULT '{"passing":1,"warning":1}',
            tagged_addresses TEXT NOT NULL DEFAULT '{}',
            tag_override INTEGER NOT NULL DEFAULT 0,
            -- Who registered it: 'app', 'container', 'agent', 'catalog', 'process'.
            origin TEXT NOT NULL,
            app_id INTEGER REFERENCES app (id) ON DELETE CASCADE,
            instance_id INTEGER REFERENCES instance (id) ON DELETE CASCADE,
            process TEXT,
            number INTEGER,
            container_id TEXT,
            -- The worst status of its checks, and what that check said: derived from health_check in the same transaction.
            status TEXT NOT NULL DEFAULT 'passing',
            output TEXT NOT NULL DEFAULT '',
            create_index INTEGER NOT NULL,
            modify_index INTEGER NOT NULL,
            PRIMARY KEY (node, id)
        ) WITHOUT ROWID;
        CREATE INDEX service_app ON service (app_id);
        CREATE INDEX service_name ON service (name);
        CREATE INDEX service_container ON service (container_id);
        CREATE TABLE health_check (
            node TEXT NOT NULL REFERENCES node (name) ON DELETE CASCADE ON UPDATE CASCADE,
            id TEXT NOT NULL,
            service_id TEXT,
            name TEXT NOT NULL,
            notes TEXT NOT NULL DEFAULT '',
            status TEXT NOT NULL,
            output TEXT NOT NULL DEFAULT '',
            definition TEXT NOT NULL,
            purpose TEXT NOT NULL DEFAULT 'health',
            since REAL NOT NULL,
            deadline REAL,
            create_index INTEGER NOT NULL,
            modify_index INTEGER NOT NULL,
            PRIMARY KEY (node, id),
            FOREIGN KEY (node, service_id) REFERENCES service (node, id) ON DELETE CASCADE ON UPDATE CASCADE
        ) WITHOUT ROWID;
        CREATE INDEX check_service ON health_check (node, service_id);
        INSERT INTO service (node, id, name, address, port, origin, app_id, instance_id, process, number, status, output,
                create_index, modify_index)
            SELECT 'localhost', id, name, address, port, 'app', app_id, instance_id, process, number, status, output,
                modify_index, modify_index
            FROM old_service WHERE app_id IS NOT NULL AND instance_id IS NOT NULL AND process IS NOT NULL;
        INSERT INTO health_check (node, id, service_id, name, status, output, definition, since, create_index, modify_index)
            SELECT 'localhost', 'docker:' || id, id, 'Container', status, output,
                '{"failuresBeforeCritical":1,"interval":[0,10000000000000000000],"probe":{"engine":{}},"successesBeforePassing":1,"timeout":[0,10000000000000000000],"worstStatus":"critical"}',
                strftime('%s', 'now'), modify_index, modify_index
            FROM service;
        DROP TABLE old_service;
        -- When a service, its instances or their checks, changed last.
        CREATE TABLE service_index (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO service_index SELECT name, max(modify_index) FROM service GROUP BY name;

        -- Keys and sessions have a counter of their own, so that who watches the catalog is not woken by them.
        CREATE TABLE session (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            -- Null when the node is gone, and with it what held the session up.
            node TEXT REFERENCES node (name) ON DELETE SET NULL ON UPDATE CASCADE,
            -- Seconds; null lives until it is destroyed.
            ttl REAL,
            behavior TEXT NOT NULL,
            lock_delay REAL NOT NULL,
            -- The ids of the checks that it falls with: of its node, and of services.
            node_checks TEXT NOT NULL DEFAULT '[]',
            service_checks TEXT NOT NULL DEFAULT '[]',
            renewed_at REAL NOT NULL,
            create_index INTEGER NOT NULL,
            modify_index INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE pair (
            key TEXT NOT NULL PRIMARY KEY,
            value BLOB NOT NULL,
            -- The bits of an unsigned number.
            flags INTEGER NOT NULL DEFAULT 0,
            -- The session that holds the key as a lock.
            session TEXT REFERENCES session (id),
            lock_index INTEGER NOT NULL DEFAULT 0,
            create_index INTEGER NOT NULL,
            modify_index INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX pair_session ON pair (session);
        -- A lock that was lost with its session cannot be taken again before; kept apart, since the key may be gone.
        CREATE TABLE pair_delay (key TEXT NOT NULL PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
        -- Removed keys, so that who waits on one hears of it. The oldest are forgotten, the floor is the newest of those.
        CREATE TABLE pair_removal (key TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX pair_removal_value ON pair_removal (value);
        -- The counter, its state at the last change of a key and of a session, and the bytes that keys and values take.
        CREATE TABLE pair_index (
            value INTEGER NOT NULL, floor INTEGER NOT NULL, keys INTEGER NOT NULL, sessions INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        );
        INSERT INTO pair_index VALUES (1, 1, 1, 1, 0);

        CREATE TABLE link (
            client_id INTEGER NOT NULL REFERENCES app (id) ON DELETE CASCADE,
            -- The beginning of the config variable: NAME_URL.
            name TEXT NOT NULL,
            server_id INTEGER NOT NULL REFERENCES app (id) ON DELETE CASCADE,
            process TEXT NOT NULL,
            PRIMARY KEY (client_id, name)
        ) WITHOUT ROWID;
        CREATE INDEX link_server ON link (server_id);
        """
}
