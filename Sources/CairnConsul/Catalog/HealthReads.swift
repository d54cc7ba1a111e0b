import CairnStore
import CairnCatalog
import CairnCore
import HTTPTypes

/// `/v1/health/…`: instances and checks with how they are, https://developer.hashicorp.com/consul/api-docs/health.
extension CatalogReads {
    /// The order is that of `/v1/catalog/service/…`: some clients lay one beside the other.
    @Sendable static func healthOfService(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let name = try required(request, "Missing service name")
        let isPassing = try request.query.flag("passing")
        return try await directory.read(request, .service(name)) { snapshot in
            let entries = selected(snapshot, name, request.query).filter { !isPassing || $0.status == .passing }
            return .array(try request.filtered(entries.map { ServiceShape.entry($0, directory) }, by: .healthEntry))
        }
    }

    @Sendable static func checksOfService(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let name = try required(request, "Missing service name")
        return try await directory.read(request, .service(name)) { snapshot in
            let values = (snapshot.services[name] ?? []).flatMap { entry in
                entry.checks.map { CheckShape.check($0, service: entry.service) }
            }
            return .array(try request.filtered(values, by: .check))
        }
    }

    @Sendable static func checksOfNode(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let name = try required(request, "Missing node name")
        return try await directory.read(request, .catalog) { snapshot in
            let values = snapshot.checkValues().filter { $0.text(of: "Node") == name }
            return .array(try request.filtered(values, by: .check))
        }
    }

    /// A state that does not exist is nobody's.
    @Sendable static func checksInState(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let state = try required(request, "Missing check state")
        return try await directory.read(request, .catalog) { snapshot in
            let values = snapshot.checkValues().filter { state == "any" || $0.text(of: "Status") == state }
            return .array(try request.filtered(values, by: .check))
        }
    }
}
