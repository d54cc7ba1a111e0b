import CairnCatalog
import CairnCore
import Testing

@Suite("A snapshot of the catalog")
struct CatalogSnapshotTests {
    let node = Node(name: "host1", id: "1", address: "192.0.2.10")

    func check(_ id: String, of service: String?, _ status: HealthStatus) -> Check {
        Check(
            node: "host1", id: id, serviceID: service, name: id, status: status,
            definition: Check.Definition(probe: .external))
    }

    @Test("An instance is as well as the worst of its checks and its node's")
    func health() throws {
        let service = Service(node: "host1", id: "a", name: "a", address: "", port: 1, origin: .agent)
        func status(_ checks: [Check]) -> HealthStatus? {
            CatalogSnapshot(ownNode: "host1", nodes: [node], services: [service], checks: checks, index: 1)
                .entries(named: "a").first?.status
        }
        #expect(status([]) == .passing)
        #expect(status([check("1", of: "a", .passing), check("2", of: "a", .warning)]) == .warning)
        #expect(status([check("1", of: "a", .passing), check("n", of: nil, .critical)]) == .critical)
        #expect(status([check("1", of: "b", .critical)]) == .passing)
    }

    @Test("An instance without an address of its own is at its node's")
    func address() {
        let service = Service(node: "host1", id: "a", name: "a", address: "", port: 1, origin: .agent)
        let snapshot = CatalogSnapshot(ownNode: "host1", nodes: [node], services: [service], checks: [], index: 1)
        #expect(snapshot.entries(named: "a").map(\.address) == ["192.0.2.10"])
    }

    @Test("An app reaches itself, what it is linked to and what is open")
    func reach() {
        let reach = Reach(links: [1: [2]], open: [3])
        #expect(reach.allows(1, 1) && reach.allows(1, 2) && reach.allows(1, 3))
        #expect(!reach.allows(2, 1) && !reach.allows(1, 4))
    }
}
