import CairnCatalog
import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Testing

@Suite("The catalog's rows")
struct CatalogTests {
    let temporary: TemporaryStore
    var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    func registration(
        _ name: String, id: String? = nil, container: String? = nil, checks: [Check] = []
    ) throws -> ServiceRegistration {
        let service = Service(
            node: try store.ownNode().name, id: id ?? name, name: name, tags: ["a"], meta: ["k": "v"],
            address: "10.0.0.1", port: 80, origin: container.map { .container(id: $0) } ?? .agent)
        return ServiceRegistration(service: service, checks: checks)
    }

    func check(_ id: String, of service: String, _ status: HealthStatus, ttl: Int = 10) throws -> Check {
        Check(
            node: try store.ownNode().name, id: id, serviceID: service, name: id, status: status,
            definition: Check.Definition(probe: .ttl(.seconds(ttl))))
    }

    @Test("What is registered is read back, and the same again changes no index")
    func registering() throws {
        let one = try registration("web", checks: [check("c", of: "web", .passing)])
        #expect(try store.register([one]))
        let before = try store.catalog()
        #expect(try !store.register([one]))
        let after = try store.catalog()
        #expect(after.index == before.index)
        let entry = try #require(after.entries(named: "web").first)
        #expect(entry.service.isSame(as: one.service))
        #expect(entry.checks.first?.isSame(as: one.checks[0]) == true)
        #expect(entry.service.createIndex > 1)
    }

    @Test("Health that was found out stays when the same check is registered again, and goes with another check")
    func healthStays() throws {
        let node = try store.ownNode().name
        let key = Service.Key(node: node, id: "c")
        var one = try registration("web", checks: [check("c", of: "web", .passing)])
        try store.register([one])
        #expect(try store.setStatus(CheckFinding(.critical, "down"), ofCheck: key))
        one.service.tags = ["b"]
        try store.register([one])
        #expect(try store.catalog().entries(named: "web").first?.status == .critical)
        #expect(try store.service(one.service.key)?.output == "down")
        one.checks = [try check("c", of: "web", .passing, ttl: 20)]
        try store.register([one])
        #expect(try store.catalog().entries(named: "web").first?.status == .passing)
        one.checks = []
        try store.register([one])
        #expect(try store.check(key) == nil)
    }

    @Test("Only a change of status raises the index of a service, and only that service's")
    func indexes() throws {
        let node = try store.ownNode().name
        try store.register([
            registration("web", checks: [check("c", of: "web", .passing)]), registration("db"),
        ])
        let before = try store.catalog()
        let key = Service.Key(node: node, id: "c")
        #expect(try !store.setStatus(CheckFinding(.passing, "other words"), ofCheck: key))
        #expect(try store.catalog().index == before.index)
        #expect(try store.setStatus(CheckFinding(.warning, "hm"), ofCheck: key))
        let after = try store.catalog()
        #expect(after.index(of: "web") > before.index(of: "web"))
        #expect(after.index(of: "db") == before.index(of: "db"))
        try store.deregister([Service.Key(node: node, id: "web")])
        #expect(try store.catalog().index(of: "web") > after.index)
    }

    @Test("What happens to a node concerns every service on it")
    func nodeChanges() throws {
        try store.register([registration("web"), registration("db")])
        let node = try store.ownNode().name
        var indexes = [try store.catalog().index(of: "web")]
        try store.putCheck(
            Check(
                node: node, id: Check.nodeMaintenanceID, serviceID: nil, name: "m", status: .critical,
                definition: Check.Definition(probe: .maintenance)))
        indexes.append(try store.catalog().index(of: "web"))
        try store.removeCheck(Service.Key(node: node, id: Check.nodeMaintenanceID))
        indexes.append(try store.catalog().index(of: "web"))
        try store.setOwnNode(name: node, address: "192.0.2.8")
        indexes.append(try store.catalog().index(of: "web"))
        #expect(indexes == indexes.sorted() && Set(indexes).count == 4)
    }

    @Test("A container's services are replaced together, and those of containers that are gone are removed")
    func containers() throws {
        try store.replaceServices(
            ofContainer: "c1",
            with: [registration("a", container: "c1"), registration("b", container: "c1")])
        try store.replaceServices(ofContainer: "c2", with: [registration("c", container: "c2")])
        try store.register([registration("agent")])
        let refused = try store.replaceServices(
            ofContainer: "c1",
            with: [registration("b", container: "c1"), registration("agent", container: "c1")])
        #expect(refused == ["agent"])
        #expect(try store.services().map(\.name) == ["agent", "b", "c"])
        #expect(try store.removeContainers(except: ["c2"]))
        #expect(try store.services().map(\.name) == ["agent", "c"])
        #expect(try !store.removeContainers(except: ["c2"]))
    }

    @Test("The engine's word on a container is taken anew with each registration")
    func engineChecks() throws {
        var one = try registration("a", container: "c1")
        one.checks = [
            Check(
                node: one.service.node, id: Check.engineID(of: "a"), serviceID: "a", name: "Container",
                status: .passing, definition: Check.Definition(probe: .engine))
        ]
        try store.replaceServices(ofContainer: "c1", with: [one])
        one.checks[0].status = .critical
        one.checks[0].output = "is paused"
        try store.replaceServices(ofContainer: "c1", with: [one])
        #expect(try store.services().map(\.status) == [.critical])
        #expect(try store.services().map(\.output) == ["is paused"])
    }

    @Test("A TTL check expires at its deadline, but not when somebody spoke up meanwhile")
    func expiry() throws {
        // The deadline 10 seconds later is one that its row rounds up.
        let now = Date(timeIntervalSinceReferenceDate: 817_000_000 + 3 / 0x1p23)
        let node = try store.ownNode().name
        let key = Service.Key(node: node, id: "c")
        try store.register([registration("web", checks: [check("c", of: "web", .passing)])])
        try store.setStatus(CheckFinding(.passing, "", deadline: now.addingTimeInterval(10)), ofCheck: key)
        #expect(try !store.expireCheck(key, output: "TTL expired", at: now))
        #expect(try store.expireCheck(key, output: "TTL expired", at: now.addingTimeInterval(10)))
        #expect(try store.services().map(\.output) == ["TTL expired"])
    }

    @Test("A copy's end is noted on all its services, and goes with the app's rows")
    func copies() throws {
        let app = try store.createApp(AppName(validating: "web"))
        let subnet = try IPv4Subnet(parsing: "10.9.0.0/26")
        let release = try store.addRelease(
            of: app, imageID: "i", imageTag: "t", content: .init(source: "s", builder: "b"), description: "", actor: "a"
        )
        let instance = try #require(
            try store.addCandidates(
                [InstanceName(process: .web, index: 1)], of: release, in: subnet, offsets: 2..<9
            ).first)
        let node = try store.ownNode().name
        try store.register([
            .copy(instance, of: app, port: 1, node: node), .copy(instance, of: app, port: 2, node: node),
        ])
        let index = try store.catalogIndex()
        #expect(try store.setStatus(.critical, output: "died", ofServicesOf: instance.id))
        #expect(try store.services(of: app).map(\.status) == [.critical, .critical])
        #expect(try store.catalogIndex() > index)
        #expect(try !store.setStatus(.critical, output: "died", ofServicesOf: instance.id))
        try store.deleteApp(app)
        #expect(try store.services().isEmpty)
    }

    @Test("Another node can be entered and removed with its services; this host cannot")
    func nodes() throws {
        let other = Node(name: "other", id: "x", address: "192.0.2.99")
        try store.putNode(other)
        let index = try store.catalogIndex()
        try store.putNode(other)
        #expect(try store.catalogIndex() == index)
        var one = try registration("db")
        one.service.node = "other"
        one.service.origin = .catalog
        try store.register([one])
        #expect(try store.catalog().entries(named: "db").map(\.node.address) == ["192.0.2.99"])
        let own = try store.ownNode()
        let error = #expect(throws: CairnError.self) {
            try store.putNode(Node(name: own.name, id: "x", address: "192.0.2.1"))
        }
        #expect(error?.code == .nameTaken)
        try store.removeNode("other")
        try store.removeNode(own.name)
        #expect(try store.services().isEmpty)
        #expect(try store.ownNode().name == own.name)
    }

    @Test("Services go with the host's new name")
    func rename() throws {
        try store.register([registration("web", checks: [check("c", of: "web", .passing)])])
        try store.setOwnNode(name: "renamed", address: "192.0.2.7")
        let catalog = try store.catalog()
        #expect(catalog.own.address == "192.0.2.7")
        #expect(catalog.entries(named: "web").map(\.service.node) == ["renamed"])
        #expect(catalog.entries(named: "web").first?.checks.count == 1)
    }

    @Test("Links say who reaches whom")
    func links() throws {
        let shop = try store.createApp(AppName(validating: "shop"))
        let billing = try store.createApp(AppName(validating: "billing"))
        let name = try ConfigKey(validating: "BILLING")
        let link = try store.addLink(of: shop, to: billing, process: .web, name: name)
        #expect(try link.variable.rawValue == "BILLING_URL")
        #expect(try store.catalog().reach.allows(shop.id, billing.id))
        #expect(try !store.catalog().reach.allows(billing.id, shop.id))
        let error = #expect(throws: CairnError.self) {
            try store.addLink(of: shop, to: billing, process: .web, name: name)
        }
        #expect(error?.code == .nameTaken)
        #expect(try store.links(to: billing) == [link])
        try store.removeLink(link)
        #expect(try store.links(of: shop).isEmpty)
        try store.setProperty("discovery", "open", to: "true", in: .app(billing.name))
        #expect(try store.catalog().reach.open == [billing.id])
    }
}
