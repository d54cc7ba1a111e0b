import CairnCatalog
import CairnCore

@testable import CairnDNS

/// A catalog to ask about, and short ways of asking.
struct Fixture {
    var nodes: [Node] = [
        Node(name: "host1", id: "1", address: "192.0.2.10", meta: ["rack": "r1", "rfc1035-note": "spoken for"])
    ]
    var services: [Service] = []
    var checks: [Check] = []
    var reach = Reach()
    var clients: [IPv4Address: Int64] = [:]
    var leaders: [String: Service.Key] = [:]
    var settings = DNSSettings.standard

    var view: DNSView {
        DNSView(
            snapshot: CatalogSnapshot(
                ownNode: "host1", nodes: nodes, services: services, checks: checks, index: 7, reach: reach),
            clients: clients, leaders: leaders)
    }

    mutating func add(
        _ name: String, _ address: String, _ port: Int, id: String? = nil, node: String = "host1",
        tags: [String] = [], status: HealthStatus = .passing, weights: Service.Weights = Service.Weights(),
        tagged: [String: String] = [:], origin: Service.Origin = .agent
    ) {
        let id = id ?? "\(name)-\(services.count)"
        services.append(
            Service(
                node: node, id: id, name: name, tags: tags, address: address, port: port, weights: weights,
                taggedAddresses: tagged.mapValues { .init(address: $0, port: port) }, origin: origin))
        checks.append(
            Check(
                node: node, id: "check:\(id)", serviceID: id, name: "check", status: status,
                definition: .init(probe: .external)))
    }

    mutating func addCopy(
        of app: String, _ appID: Int64, _ process: String, _ index: Int, _ address: String, _ port: Int
    ) throws {
        let instance = Service.AppInstance(
            appID: appID, app: try AppName(validating: app), instanceID: Int64(services.count),
            name: InstanceName(process: try ProcessType(validating: process), index: index))
        add("\(app)-\(process)", address, port, origin: .app(instance))
    }

    func finding(_ name: String, _ type: DNSRecordType, as viewer: DNSViewer = .host) throws -> DNSFinding {
        var random = ShuffleGenerator(seed: 1)
        guard let name = DNSName(name) else { throw DNSClientError.badName }
        return DNSAnswering(settings: settings)
            .finding(DNSQuestion(name: name, type: type), viewer: viewer, view: view, &random)
    }

    func ask(_ name: String, _ type: DNSRecordType = .a, as viewer: DNSViewer = .host) throws -> DNSAnswer {
        switch try finding(name, type, as: viewer) {
        case .answer(let answer), .elsewhere(let answer), .alias(_, let answer): answer
        }
    }

    /// The values of the answer in order, or its code when there are none.
    func values(_ name: String, _ type: DNSRecordType = .a, as viewer: DNSViewer = .host) throws -> [String] {
        let answer = try ask(name, type, as: viewer)
        return answer.records.isEmpty ? [answer.code.description] : answer.records.map(\.text).sorted()
    }

    /// Three instances of `web`, as measured on Consul: one passing, one warning, one critical.
    static var threeStates: Fixture {
        var fixture = Fixture()
        fixture.add("web", "10.1.0.1", 8001, tags: ["primary", "v1.2"])
        fixture.add("web", "10.1.0.4", 8004, status: .warning, weights: .init(passing: 10, warning: 3))
        fixture.add("web", "10.1.0.3", 8003, status: .critical)
        return fixture
    }
}
