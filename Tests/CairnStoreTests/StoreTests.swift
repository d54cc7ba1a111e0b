import CairnCatalog
import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Testing

@Suite("The store")
struct StoreTests {
    let temporary: TemporaryStore
    var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    private func release(_ app: App, _ image: String = "sha256:1", config: [String: String] = [:]) throws -> Release {
        try store.addRelease(
            of: app, imageID: image, imageTag: "cairn/web:1",
            content: .init(source: "git-push", builder: "dockerfile", config: config), description: "d", actor: "tess")
    }

    @Test("An app has a unique name and starts with one web process")
    func createApp() throws {
        let app = try store.createApp(AppName(validating: "web"))
        #expect(try store.app(app.name) == app)
        #expect(try store.scale(of: app) == [.web: 1])
        let error = #expect(throws: CairnError.self) { try store.createApp(app.name) }
        #expect(error?.code == .nameTaken)
    }

    @Test("A secret is made once, and is nobody else's")
    func secret() throws {
        let first = try store.secret("buildpacks", "cache-secret")
        #expect(try store.secret("buildpacks", "cache-secret") == first && first.count > 32)
        #expect(try TemporaryStore().store.secret("buildpacks", "cache-secret") != first)
    }

    @Test("A missing app is exit status 20")
    func missingApp() throws {
        let error = #expect(throws: CairnError.self) { try store.app(AppName(validating: "nope")) }
        #expect(error?.code == .appNotFound)
        #expect(error?.exitStatus == 20)
    }

    @Test("Config is merged, own over global, and values keep every byte")
    func config() throws {
        let app = try store.createApp(AppName(validating: "web"))
        let value = "007 'quotes' \"double\" $(id)\nline two\t\u{e9}"
        try store.setConfig([ConfigPair(parsing: "A=global"), ConfigPair(parsing: "B=global")], in: .global)
        let changed = try store.setConfig([ConfigPair(parsing: "A=\(value)")], in: .app(app.name))
        #expect(changed == [try ConfigKey(validating: "A")])
        #expect(try store.mergedConfig(of: app.name) == ["A": value, "B": "global"])
        #expect(try store.setConfig([ConfigPair(parsing: "A=\(value)")], in: .app(app.name)).isEmpty)
    }

    @Test("A domain belongs to one app; adding is all or nothing")
    func domains() throws {
        let one = try store.createApp(AppName(validating: "one"))
        let two = try store.createApp(AppName(validating: "two"))
        let (a, b) = (try Domain(validating: "a.example.com"), try Domain(validating: "b.example.com"))
        #expect(try store.addDomains([a], to: one) == [a])
        let error = #expect(throws: CairnError.self) { try store.addDomains([b, a], to: two) }
        #expect(error?.code == .domainTaken)
        #expect(error?.message == "The domain a.example.com belongs to the app one")
        #expect(try store.domains(of: two).isEmpty)
    }

    @Test("Release versions count for each app, and the commit moves everything at once")
    func commit() throws {
        let app = try store.createApp(AppName(validating: "web"))
        let subnet = try store.reserveSubnet(for: app, from: IPv4Subnet(parsing: "10.9.0.0/24"), prefix: 26)
        let first = try release(app)
        #expect(first.version == 1)
        let name = InstanceName(process: .web, index: 1)
        let old = try #require(try store.addCandidates([name], of: first, in: subnet, offsets: 2..<48).first)
        try store.commit(first, candidates: [old], services: [], retiring: [])
        let second = try release(app)
        let new = try #require(try store.addCandidates([name], of: second, in: subnet, offsets: 2..<48).first)
        #expect(new.address != old.address)
        #expect(try store.currentRelease(of: app)?.version == 1)

        let service = ServiceRegistration.copy(new, of: app, port: 5000, node: try store.ownNode().name)
        let due = Date(timeIntervalSince1970: 2_000_000_000)
        try store.commit(second, candidates: [new], services: [service], retiring: [(old, due)], scale: [.web: 1])

        #expect(try store.currentRelease(of: app)?.version == 2)
        #expect(try store.release(version: 1, of: app).status == .superseded)
        let instances = try store.instances(of: app)
        #expect(instances.map(\.state) == [.retiring, .live])
        #expect(instances.first?.retireAt == due)
        #expect(try store.services(of: app).map(\.id) == ["\(new.id):5000"])
    }

    @Test("The commit also changes the app's config: adding to it, or taking its place; the host's own stays")
    func committedConfig() throws {
        let app = try store.createApp(AppName(validating: "web"))
        func pairs(_ values: [String: String]) throws -> [ConfigPair] {
            try values.map { try ConfigPair(key: try ConfigKey(validating: $0.key), value: $0.value) }
        }
        try store.setConfig(pairs(["HOST": "1"]), in: .global)
        try store.setConfig(pairs(["A": "1", "B": "1"]), in: .app(app.name))
        let change = ConfigChange(try pairs(["B": "2", "C": "2"]))
        try store.commit(release(app), candidates: [], services: [], retiring: [], config: change)
        #expect(try store.config(.app(app.name)) == ["A": "1", "B": "2", "C": "2"])
        let restored = ConfigChange(try pairs(["A": "3"]), replaces: true)
        try store.commit(release(app), candidates: [], services: [], retiring: [], config: restored)
        #expect(try store.mergedConfig(of: app.name) == ["A": "3", "HOST": "1"])
        try store.commit(release(app), candidates: [], services: [], retiring: [])
        #expect(try store.config(.app(app.name)) == ["A": "3"])
    }

    @Test("Addresses are reserved as long as their row exists, and run out with a clear error")
    func addresses() throws {
        let app = try store.createApp(AppName(validating: "web"))
        let subnet = try IPv4Subnet(parsing: "10.9.0.0/28")
        let release = try release(app)
        let names = (1...2).map { InstanceName(process: .web, index: $0) }
        let made = try store.addCandidates(names, of: release, in: subnet, offsets: 2..<4)
        #expect(made.map(\.address.description) == ["10.9.0.2", "10.9.0.3"])
        let error = #expect(throws: CairnError.self) {
            try store.addCandidates([names[0]], of: release, in: subnet, offsets: 2..<4)
        }
        #expect(error?.code == .noAddress)
        try store.removeInstance(made[0])
        #expect(
            try store.addCandidates([names[0]], of: release, in: subnet, offsets: 2..<4).first?.address
                == made[0].address)
    }

    @Test("Each app gets a block of its own")
    func subnets() throws {
        let pool = try IPv4Subnet(parsing: "10.9.0.0/25")
        let apps = try ["a", "b", "c"].map { try store.createApp(AppName(validating: $0)) }
        let first = try store.reserveSubnet(for: apps[0], from: pool, prefix: 26)
        let second = try store.reserveSubnet(for: apps[1], from: pool, prefix: 26)
        #expect([first, second].map(\.description) == ["10.9.0.0/26", "10.9.0.64/26"])
        let error = #expect(throws: CairnError.self) { try store.reserveSubnet(for: apps[2], from: pool, prefix: 26) }
        #expect(error?.code == .noAddress)
    }

    @Test("Destroying an app removes all its rows")
    func delete() throws {
        let app = try store.createApp(AppName(validating: "web"))
        try store.setConfig([ConfigPair(parsing: "A=1")], in: .app(app.name))
        try store.setProperty("git", "deploy-branch", to: "live", in: .app(app.name))
        try store.addDomains([Domain(validating: "a.example.com")], to: app)
        _ = try release(app)
        try store.deleteApp(app)
        let again = try store.createApp(app.name)
        #expect(try store.config(.app(app.name)).isEmpty)
        #expect(try store.property("git", "deploy-branch", in: .app(app.name)) == nil)
        #expect(try store.domains(of: again).isEmpty)
        #expect(try store.releases(of: again).isEmpty)
    }

    @Test("Renaming takes config and settings along")
    func rename() throws {
        let app = try store.createApp(AppName(validating: "old"))
        try store.setConfig([ConfigPair(parsing: "A=1")], in: .app(app.name))
        let name = try AppName(validating: "new")
        try store.renameApp(app, to: name)
        #expect(try store.config(.app(name)) == ["A": "1"])
        #expect(try store.findApp(app.name) == nil)
    }

    @Test("The file is its owner's alone, and one written by a newer Cairn is left alone")
    func file() throws {
        let path = temporary.directory + "/other.db"
        _ = try Store(path: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        // user_version is the big-endian number at offset 60 of the header (sqlite.org/fileformat2.html).
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.seek(toOffset: 60)
        try handle.write(contentsOf: Data([0, 0, 0, 99]))
        try handle.close()
        for file in [path + "-wal", path + "-shm"] { try? FileManager.default.removeItem(atPath: file) }
        let error = #expect(throws: CairnError.self) { try Store(path: path) }
        #expect(error?.code == .store)
        #expect(error?.message.contains("schema 99") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path))[60..<64] == Data([0, 0, 0, 99]))
    }

    @Test("A file that is no database is refused and kept")
    func damaged() throws {
        let path = temporary.directory + "/damaged.db"
        let bytes = Data(repeating: 0x41, count: 8192)
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: CairnError.self) { try Store(path: path) }
        #expect(error?.code == .store)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }

    @Test("Two keys with one name or one fingerprint are refused")
    func sshKeys() throws {
        let key = SSHKey(name: "tess", fingerprint: "SHA256:a", publicKey: "ssh-ed25519 AAAA", allowsTerminal: false)
        try store.addSSHKey(key)
        let same = SSHKey(name: "other", fingerprint: "SHA256:a", publicKey: "ssh-ed25519 AAAA", allowsTerminal: false)
        let error = #expect(throws: CairnError.self) { try store.addSSHKey(same) }
        #expect(error?.code == .nameTaken)
        #expect(try store.removeSSHKeys(nameOrFingerprint: "SHA256:a") == 1)
        #expect(try store.sshKeys().isEmpty)
    }
}
