import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation

/// What builds could leave behind on a host: all of it but the logs and the records, which are kept.
struct Remains: Equatable {
    var containers: Set<String> = []
    var images: Set<String> = []
    var processes: [String] = []
    var files: Set<String> = []

    init(of host: TestHost) async throws {
        let label = "cairn.root=\(try host.store().installationID())"
        containers = Set(try await host.engine.listContainers(all: true, labels: [label]).map(\.id))
        images = Set(try await host.engine.listImages(filters: ["label": [label]]).map(\.id))
        processes = try Self.processes()
        let all = FileManager.default.enumerator(atPath: host.root)?.compactMap { $0 as? String } ?? []
        // A push that fails leaves its build's log, and nothing in the repository: its objects go with the quarantine. What
        // is at home is the pusher's.
        files = Set(all.filter { !$0.hasPrefix("logs/") && !$0.hasPrefix("cairn.db") && !$0.hasPrefix("home/") })
    }

    /// What the fixture starts in the background, as seen from the host.
    static func processes() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { process in
            let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            return ["sleep\u{0}86398", "sleep\u{0}86399"].contains { line.starts(with: Data($0.utf8)) }
        }
    }
}
