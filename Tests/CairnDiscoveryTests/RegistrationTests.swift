import CairnCore
import CairnDiscovery
import CairnStore
import CairnTestSupport
import Testing

@Suite("Registration")
struct RegistrationTests {
    let temporary: TemporaryStore
    let app: App
    let instances: [Instance]

    init() throws {
        temporary = try TemporaryStore()
        app = try temporary.store.createApp(AppName(validating: "web"))
        let release = try temporary.store.addRelease(
            of: app, imageID: "i", imageTag: "t", content: .init(source: "s", builder: "b"), description: "", actor: "a"
        )
        let names = [
            InstanceName(process: .web, index: 1), InstanceName(process: try .init(validating: "worker"), index: 1),
        ]
        let made = try temporary.store.addCandidates(
            names, of: release, in: IPv4Subnet(parsing: "10.9.0.0/26"), offsets: 2..<9)
        try temporary.store.commit(release, candidates: made, services: [], retiring: [])
        instances = try temporary.store.instances(of: app)
    }

    @Test("web is registered once for each container port, other processes not at all")
    func ports() throws {
        let mappings = try ["http:80:5000", "https:443:5000", "http:8080:6000"].map { try PortMapping(parsing: $0) }
        let rows = instances.flatMap {
            Registration.services(of: $0, app: app, mappings: mappings, status: .passing)
        }
        #expect(rows.map(\.port) == [5000, 6000])
        #expect(rows.allSatisfy { $0.name == "web.web" && $0.instance?.description == "web.1" })
    }

    @Test("Changed ports keep what is known of an instance's health")
    func healthSurvives() throws {
        let old = [Service(app: app, instance: instances[0], port: 5000, status: .critical, output: "died")]
        let rows = Registration.services(
            of: instances, app: app, mappings: [try PortMapping(parsing: "http:80:7000")], known: old)
        #expect(rows.map(\.port) == [7000])
        #expect(rows.first?.status == .critical)
        #expect(rows.first?.output == "died")
    }

    @Test("Only healthy instances on the mapping's port are looked up")
    func lookup() throws {
        let mapping = try PortMapping(parsing: "http:80:5000")
        let rows = [
            Service(app: app, instance: instances[0], port: 5000, status: .passing),
            Service(app: app, instance: instances[0], port: 6000, status: .passing),
            Service(app: app, instance: instances[1], port: 5000, status: .passing),
        ]
        #expect(Lookup.passing(rows, for: mapping) == [rows[0]])
        var sick = rows[0]
        sick.status = .critical
        #expect(Lookup.passing([sick], for: mapping).isEmpty)
    }
}
