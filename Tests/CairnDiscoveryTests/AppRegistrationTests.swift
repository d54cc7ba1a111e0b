import CairnCatalog
import CairnCore
import CairnDiscovery
import CairnStore
import CairnTestSupport
import Testing

@Suite("Registration of apps")
struct AppRegistrationTests {
    let temporary: TemporaryStore
    let app: App
    let instances: [Instance]

    init() throws {
        temporary = try TemporaryStore()
        app = try temporary.store.createApp(AppName(validating: "shop"))
        let release = try temporary.store.addRelease(
            of: app, imageID: "i", imageTag: "t", content: .init(source: "s", builder: "b"), description: "", actor: "a"
        )
        let names = [
            InstanceName(process: .web, index: 1), InstanceName(process: try .init(validating: "worker"), index: 1),
        ]
        let made = try temporary.store.addCandidates(
            names, of: release, in: IPv4Subnet(parsing: "10.9.0.0/26"), offsets: 2..<9)
        for instance in made { try temporary.store.setContainer("c\(instance.id)", of: instance) }
        try temporary.store.commit(release, candidates: made, services: [], retiring: [])
        instances = try temporary.store.instances(of: app)
    }

    func registration(_ mappings: [String], primary: Int = 5000, host: String? = nil) throws -> AppRegistration {
        AppRegistration(
            app: app, node: "host1", containerNamePrefix: "",
            mappings: try mappings.map { try PortMapping(parsing: $0) },
            primaryPort: primary, host: host)
    }

    @Test("web is registered once for each container port, under names that no other app can have")
    func ports() throws {
        let found = try registration(["http:80:5000", "https:443:5000", "http:8080:4000"])
            .registrations(of: instances[0], manifest: AppJSON())
        #expect(found.map(\.service.name) == ["shop", "shop_4000"])
        #expect(found.map(\.service.port) == [5000, 4000])
        #expect(found.map(\.service.id).first == "host1:shop.web.1.\(instances[0].id):5000")
        #expect(found.allSatisfy { $0.service.tags == ["web"] && $0.service.address == "10.9.0.2" })
        #expect(found.allSatisfy { $0.checks.map(\.kind) == ["docker"] })
    }

    @Test("Another process is found by its address, without a port")
    func worker() throws {
        let found = try registration(["http:80:5000"]).registrations(of: instances[1], manifest: AppJSON())
        #expect(found.map(\.service.name) == ["shop_worker"])
        #expect(found.map(\.service.port) == [0])
        #expect(found.map(\.service.address) == ["10.9.0.3"])
    }

    @Test("Readiness and liveness checks of app.json go on in the catalog, startup checks do not")
    func checks() throws {
        let text = """
            {"healthchecks": {"web": [
                {"type": "startup", "path": "/boot"},
                {"type": "readiness", "name": "ready", "path": "/ready", "attempts": 4, "timeout": 2, "wait": 3},
                {"type": "liveness", "name": "alive", "command": ["true"]},
                {"type": "liveness", "name": "soft", "path": "/soft", "warn": true}
            ]}}
            """
        let manifest = try AppJSON(parsing: Array(text.utf8), file: "app.json")
        let found = try registration(["http:80:5000"], host: "shop.example.com")
            .registrations(of: instances[0], manifest: manifest)
        let checks = try #require(found.first).checks.dropFirst()
        #expect(checks.map(\.name) == ["ready", "alive", "soft"])
        #expect(checks.map(\.purpose) == [.health, .liveness, .health])
        #expect(checks.allSatisfy { $0.status == .passing })
        let ready = try #require(checks.first).definition
        guard case .http(let request) = ready.probe else {
            Issue.record("readiness is not asked over HTTP")
            return
        }
        #expect(request.url == "http://10.9.0.2:5000/ready")
        #expect(request.headers == [.init(name: "Host", value: "shop.example.com")])
        #expect(!request.followsRedirects)
        #expect(ready.interval == .seconds(3) && ready.timeout == .seconds(2) && ready.failuresBeforeCritical == 4)
        let alive = checks[checks.startIndex + 1].definition.probe
        #expect(alive == .script(containerID: "c\(instances[0].id)", words: ["true"]))
        #expect(checks.last?.definition.worstStatus == .warning)
    }

    @Test("Variables of the app add tags, facts and a weight, but never a name")
    func variables() throws {
        let found = try registration(["http:80:5000"]).registrations(
            of: instances[0], manifest: AppJSON(),
            variables: [
                "SERVICE_NAME": "other", "SERVICE_TAGS": "v2,edge", "SERVICE_REGION": "eu", "SERVICE_WEIGHT": "7",
                "SERVICE_5000_TIER": "gold", "SERVICE_6000_TIER": "tin", "SERVICE_IGNORE": "true", "HOME": "/app",
            ])
        let service = try #require(found.first).service
        #expect(service.name == "shop")
        #expect(service.tags == ["web", "v2", "edge"])
        #expect(service.meta["region"] == "eu" && service.meta["tier"] == "gold" && service.meta["app"] == "shop")
        #expect(service.meta["name"] == nil && service.meta["ignore"] == nil)
        #expect(service.weights.passing == 7)
    }

    @Test("Requests go to copies of web on the mapping's port of which no check is critical")
    func lookup() throws {
        let mapping = try PortMapping(parsing: "http:80:5000")
        var rows = [
            ServiceRegistration.copy(instances[0], of: app, port: 5000).service,
            ServiceRegistration.copy(instances[0], of: app, port: 6000).service,
            ServiceRegistration.copy(instances[1], of: app, port: 5000).service,
        ]
        #expect(Lookup.serving(rows, for: mapping) == [rows[0]])
        rows[0].status = .warning
        #expect(Lookup.serving(rows, for: mapping) == [rows[0]])
        rows[1].status = .critical
        #expect(Lookup.serving(rows, for: mapping).isEmpty)
    }

    @Test(
        "The names of apps, their ports and processes are reserved",
        arguments: [("shop", true), ("SHOP", true), ("shop_worker", true), ("shop_8080", true), ("shop-8080", false)])
    func reserved(name: String, isReserved: Bool) {
        #expect(AppServiceName.isReserved(name, apps: ["shop"]) == isReserved)
    }
}
