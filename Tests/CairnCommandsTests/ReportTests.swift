import CairnCore
import CairnStore
import Testing

@testable import CairnCommands

@Suite("report")
struct ReportTests {
    let host: TestHost
    init() throws {
        host = try TestHost()
        try host.app("web")
    }

    @Test("As JSON: one object for an app, with what each group's own report says")
    func json() async throws {
        let groups = CommandTable.namespaces.filter { $0.command("\($0.name):report")?.takesApp == true }.map(\.name)
        #expect(groups.count > 5)
        #expect(await host.run("report", "web", "--format", "json") == 0)
        guard case .object(let members) = try host.json else { return #expect(Bool(false), "an object") }
        #expect(Set(members.keys) == Set(groups))
        for group in groups {
            #expect(await host.run("\(group):report", "web", "--format", "json") == 0)
            #expect(try host.json == members[group], "\(group)")
        }
    }

    @Test("Without an app there is a line for each, which names it")
    func allApps() async throws {
        try host.app("api")
        #expect(await host.run("report", "--format", "json") == 0)
        let apps = try host.lines.map { try JSONValue(parsing: $0, file: "output")["app"] }
        #expect(apps == ["api", "web"])
        #expect(await host.run("report", "nobody", "--format", "json") == 20)
    }

    @Test("As text: the headline of every group")
    func text() async throws {
        #expect(await host.run("report", "web") == 0)
        #expect(host.lines.contains("=====> web domains information"))
        #expect(host.lines.contains("=====> web git information"))
    }
}
