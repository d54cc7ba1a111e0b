import CairnCatalog
import CairnCore
import Foundation
import Logging
import SystemPackage
import Testing

@testable import CairnBackends

/// A catalog in memory, of the node host1.
struct TestCatalog: Sendable {
    let feed: CatalogFeed
    private let node: Node

    init(_ services: [Service] = [], checks: [Check] = [], node: String = "host1") {
        self.node = Node(name: node, id: "", address: "192.0.2.10")
        feed = CatalogFeed(Self.snapshot(services, checks, self.node, 1))
    }

    func publish(_ services: [Service], checks: [Check] = []) {
        feed.publish(Self.snapshot(services, checks, node, feed.snapshot.index + 1))
    }

    private static func snapshot(_ services: [Service], _ checks: [Check], _ node: Node, _ index: UInt64)
        -> CatalogSnapshot
    {
        let other = Node(name: "other", id: "", address: "192.0.2.20")
        return CatalogSnapshot(
            ownNode: node.name, nodes: [node, other], services: services, checks: checks, index: index)
    }
}

extension Service {
    static func fixture(
        _ name: String = "web", id: String = "host1:c1:80", node: String = "host1", tags: [String] = [],
        meta: [String: String] = [:], address: String = "192.0.2.10", port: Int = 8080,
        origin: Origin = .container(id: "0123456789abcdef0123456789abcdef")
    ) -> Service {
        Service(node: node, id: id, name: name, tags: tags, meta: meta, address: address, port: port, origin: origin)
    }
}

extension Check {
    static func fixture(
        _ probe: Probe, id: String = "docker:host1:c1:80", serviceID: String? = "host1:c1:80", name: String = "check",
        status: HealthStatus = .passing, output: String = "", interval: Duration = .seconds(10), deadline: Date? = nil
    ) -> Check {
        Check(
            node: "host1", id: id, serviceID: serviceID, name: name, status: status, output: output,
            definition: Definition(probe: probe, interval: interval), since: Date(timeIntervalSince1970: 0),
            deadline: deadline)
    }
}

/// What is to be written for services and their checks.
func registrations(_ services: [Service], checks: [Check] = []) -> [Registration] {
    Registration.all(in: TestCatalog(services, checks: checks).feed.snapshot) { $0.isAnnounced }.registrations
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Runs `body` with a directory that is gone afterwards.
func withTemporaryDirectory(_ body: (FilePath) async throws -> Void) async throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("cairn-backends-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
        at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: url) }
    try await body(FilePath(url.path))
}
