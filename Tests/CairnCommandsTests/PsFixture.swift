import CairnCore
import CairnStore
import CairnTestSupport
import Foundation

@testable import CairnCommands

/// Rows as a deploy leaves them, and an engine that answers what a test says.
extension TestHost {
    /// An app with a live release and one live copy of each of its process types, whose containers are `c<row>`.
    @discardableResult
    func deployedApp(
        _ name: String, commands: [String: String] = ["web": "server"], config: [String: String] = [:],
        appJSON: String? = nil
    ) throws -> App {
        let store = try store
        let app = try store.createApp(AppName(validating: name))
        let subnet = try store.reserveSubnet(for: app, from: IPv4Subnet(parsing: "10.210.0.0/15"), prefix: 26)
        let release = try store.addRelease(
            of: app, imageID: "sha256:1", imageTag: "cairn/\(name):1",
            content: .init(
                source: "git-push", builder: "dockerfile", config: config, commands: commands, appJSON: appJSON),
            description: "Deploy 1234", actor: "ada")
        let names = try commands.keys.sorted().map { InstanceName(process: try ProcessType(validating: $0), index: 1) }
        let candidates = try store.addCandidates(names, of: release, in: subnet, offsets: 2..<40)
        for instance in candidates { try store.setContainer("c\(instance.id)", of: instance) }
        try store.commit(release, candidates: candidates, services: [], retiring: [])
        return try store.refresh(app)
    }

    /// Runs the test with an engine behind this host's socket.
    func withEngine<Result>(
        _ respond: @escaping StubEngine.Responder, _ test: (StubEngine) async throws -> Result
    ) async throws -> Result {
        try await StubEngine.with(respond: respond) { engine in
            let path = root + "/none.sock"
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: engine.socketPath)
            return try await test(engine)
        }
    }
}

extension StubAnswer {
    /// The list of containers of live copies, by their rows, all in one state.
    static func containers(_ rows: [Int64], state: String = "running") -> StubAnswer {
        let list = rows.map {
            """
            {"Id":"c\($0)","Names":["/c\($0)"],"State":"\(state)","Status":"Up 3 minutes","Created":1700000000,
             "Command":"sleep 9","Labels":{"cairn.instance":"\($0)"}}
            """
        }
        return .json("[\(list.joined(separator: ","))]")
    }
}
