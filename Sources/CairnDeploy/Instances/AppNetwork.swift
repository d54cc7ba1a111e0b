import CairnCore
import CairnStore
import DockerEngine

/// An app is a network: a bridge of its own, with a block of addresses that nobody else gets.
///
/// The lower part of the block holds reserved addresses, each a row; the upper quarter is left to the engine, for one-off
/// containers.
struct AppNetwork: Sendable {
    let subnet: IPv4Subnet

    /// Offset 0 is the network's own address, 1 its gateway.
    var reservedOffsets: Range<Int> { 2..<(subnet.count * 3 / 4) }
    var gateway: IPv4Address { subnet.address(1) }
    var dynamicRange: IPv4Subnet {
        IPv4Subnet(base: subnet.address(subnet.count * 3 / 4), prefix: subnet.prefix + 2)
    }
}

extension Platform {
    /// The name of the app's network at the engine. The row's id keeps it through a renaming of the app.
    func networkName(of app: App) throws -> String { "cairn-\(try store.installationID())-\(app.id)" }

    /// The labels that mark what belongs to this installation, and to an app.
    func labels(of app: App, kind: String) throws -> [String: String] {
        [
            "cairn.root": try store.installationID(), "cairn.app": app.name.rawValue, "cairn.app-id": "\(app.id)",
            "cairn.kind": kind, "com.dokku.app-name": app.name.rawValue,
        ]
    }

    /// Whether the engine still has the app's network.
    func networkExists(of app: App) async throws -> Bool {
        guard app.networkID != nil else { return false }
        let name = try networkName(of: app)
        return try await engineCall("looking for the network of \(app.name)") {
            do {
                _ = try await engine.inspectNetwork(name)
                return true
            } catch let error as EngineError where error.isNotFound {
                return false
            }
        }
    }

    /// Makes the app's network, in the block that is reserved for it, or in the first block of the pool that is free both
    /// here, at the engine (which refuses a block that another of its networks uses) and among the host's routes.
    func makeNetwork(of app: App) async throws -> App {
        var excluded: Set<IPv4Subnet> = []
        var subnet = try app.subnet ?? reserveSubnet(of: app, excluding: [])
        while try await !makeNetwork(of: app, in: subnet) {
            excluded.insert(subnet)
            subnet = try reserveSubnet(of: app, excluding: excluded)
        }
        return try store.refresh(app)
    }

    private func reserveSubnet(of app: App, excluding excluded: Set<IPv4Subnet>) throws -> IPv4Subnet {
        try store.reserveSubnet(
            for: app, from: settings.networkPool, prefix: settings.networkPrefix, excluding: excluded)
    }

    /// Returns false when the block is in use and the app may still have another.
    private func makeNetwork(of app: App, in subnet: IPv4Subnet) async throws -> Bool {
        if HostRoutes.current().divert(subnet) && !hasInstances(app) { return false }
        do {
            try store.setNetwork(await engine.createNetwork(networkSpec(of: app, subnet: subnet)), of: app)
        } catch let error as EngineError where error.isConflict {
            try await adoptNetwork(of: app, in: subnet)
        } catch let error as EngineError where Self.isOverlap(error) && !hasInstances(app) {
            return false
        } catch let error as EngineError {
            throw CairnError.engine(error, doing: "making the network of \(app.name)")
        }
        return true
    }

    /// The app has a network that its row does not know: another process made it since we looked, or the row was lost
    /// before it could be written. One with other addresses is of no use.
    private func adoptNetwork(of app: App, in subnet: IPv4Subnet) async throws {
        let name = try networkName(of: app)
        let id = try await engineCall("looking for the network of \(app.name)") {
            let found = try await engine.inspectNetwork(name)
            if found.pools.contains(where: { $0.subnet == subnet.description }) { return found.id }
            try await engine.removeNetwork(found.id)
            return try await engine.createNetwork(networkSpec(of: app, subnet: subnet))
        }
        try store.setNetwork(id, of: app)
    }

    private func hasInstances(_ app: App) -> Bool { (try? store.instances(of: app).isEmpty) == false }

    /// Overlaps come as a plain 403 or 500 by version of the engine; only the text of libnetwork tells them.
    private static func isOverlap(_ error: EngineError) -> Bool {
        error.message.contains("overlaps with other") || error.message.contains("conflicts with")
    }

    private func networkSpec(of app: App, subnet: IPv4Subnet) throws -> NetworkSpec {
        let network = AppNetwork(subnet: subnet)
        return NetworkSpec(
            name: try networkName(of: app), driver: "bridge", subnet: subnet.description,
            ipRange: network.dynamicRange.description, gateway: network.gateway.description,
            labels: try labels(of: app, kind: "network"))
    }

    /// Removes the app's network; one that is gone already is no error. Containers that are in it for other reasons, such
    /// as a database that the app is linked to, are parted from it first: the engine keeps a network that is in use.
    func removeNetwork(of app: App) async throws {
        guard app.networkID != nil else { return }
        let name = try networkName(of: app)
        try await engineCall("removing the network of \(app.name)") {
            do {
                for container in try await engine.inspectNetwork(name).containers.keys.sorted() {
                    try await engine.disconnectNetwork(name, container: container, force: true)
                }
                try await engine.removeNetwork(name)
            } catch let error as EngineError
                where error.isNotFound
            {}
        }
        try store.setNetwork(nil, of: app)
    }
}
