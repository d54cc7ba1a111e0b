import CairnCatalog
import CairnTestSupport
import GRDB
import Testing

@testable import CairnStore

@Suite("Migrations")
struct MigrationTests {
    @Test("Copies that serve are in the catalog after the upgrade too, with what is known of them")
    func catalog() throws {
        let temporary = try TemporaryStore()
        let path = temporary.directory + "/old.db"
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        let old = try DatabaseQueue(path: path, configuration: configuration)
        try Schema.migrate(old, to: 1)
        try old.write { database in
            try database.execute(
                sql: """
                    INSERT INTO app (id, name, created_at) VALUES (3, 'web', 0);
                    INSERT INTO release VALUES (5, 3, 1, 'live', 'i', 't', '{}', '', '', 0, '[]', NULL);
                    INSERT INTO instance VALUES (7, 3, 5, 'web', 1, '10.9.0.2', 'c7', 'live', NULL, 0);
                    INSERT INTO instance VALUES (8, 3, 5, 'web', 2, '10.9.0.3', 'c8', 'live', NULL, 0);
                    INSERT INTO service VALUES ('7:5000', 'web.web', 3, 7, 'web', 1, '10.9.0.2', 5000, 'passing', '', 4);
                    INSERT INTO service VALUES ('8:5000', 'web.web', 3, 8, 'web', 2, '10.9.0.3', 5000, 'critical', 'died', 9);
                    UPDATE catalog_index SET value = 9;
                    """)
        }
        try old.close()
        let store = try Store(path: path)
        let services = try store.services()
        #expect(services.map(\.address) == ["10.9.0.2", "10.9.0.3"])
        #expect(services.map(\.status) == [.passing, .critical])
        #expect(services.map { $0.appInstance?.instanceID } == [7, 8])
        let node = try store.ownNode()
        #expect(services.allSatisfy { $0.node == node.name })
        let check = try #require(try store.check(Service.Key(node: node.name, id: "docker:8:5000")))
        #expect(check.definition == Check.Definition(probe: .engine))
        #expect(check.output == "died")
        #expect(try store.catalogIndex() >= 9)
        // And what is known can change.
        #expect(try store.setStatus(.passing, output: "", ofServicesOf: 8))
        #expect(try store.services().map(\.status) == [.passing, .passing])
    }
}
