import NIOHTTP1

extension EngineClient {
    /// Creates a network and returns its id (`POST /networks/create`).
    /// - Throws: `EngineError` with `isConflict` when the name is taken; status 403 when the subnet overlaps another.
    public func createNetwork(_ spec: NetworkSpec) async throws -> String {
        // Before 1.44 names were unique only on request; from then on always.
        let version = try await apiVersion()
        let body = NetworkCreation(
            spec: spec, checkDuplicate: version < EngineAPIVersion(major: 1, minor: 44) ? true : nil)
        let request = try EngineRequest(.POST, "/networks/create").with(json: body)
        return try await fetch(CreatedID.self, request, within: deadlines.work).id
    }

    /// Removes a network by id or name (`DELETE /networks/{id}`).
    /// - Throws: `EngineError` with status 403 while containers are joined to it.
    public func removeNetwork(_ id: String) async throws {
        try await perform(
            EngineRequest(.DELETE, "/networks/\(try EngineRequest.segment(id))"), within: deadlines.work)
    }

    /// One network by id or name, with its running containers (`GET /networks/{id}`).
    public func inspectNetwork(_ id: String) async throws -> NetworkInspect {
        try await fetch(NetworkInspect.self, EngineRequest(.GET, "/networks/\(try EngineRequest.segment(id))"))
    }

    /// The networks of the host (`GET /networks`).
    /// - `labels`: only those with all of these labels, `key` or `key=value`.
    /// - `filters`: the engine's other filters, such as `["name": ["web"]]` (which matches parts of names).
    public func listNetworks(
        labels: [String] = [], filters: [String: [String]] = [:]
    ) async throws -> [NetworkInspect] {
        let query = try EngineRequest.filters(filters.withLabels(labels))
        return try await fetch([NetworkInspect].self, EngineRequest(.GET, "/networks", query: query))
    }

    /// Joins a container to a network (`POST /networks/{id}/connect`).
    /// - Throws: `EngineError` with status 403 when it is joined already or the address is not free.
    public func connectNetwork(
        _ network: String, container: String, _ endpoint: EndpointSpec = EndpointSpec()
    ) async throws {
        let request = EngineRequest(.POST, "/networks/\(try EngineRequest.segment(network))/connect")
        try await perform(
            try request.with(json: NetworkConnection(Container: container, EndpointConfig: endpoint)),
            within: deadlines.work)
    }

    /// Takes a container out of a network (`POST /networks/{id}/disconnect`).
    /// - `force`: also when the container is gone or broken.
    public func disconnectNetwork(_ network: String, container: String, force: Bool = false) async throws {
        let request = EngineRequest(.POST, "/networks/\(try EngineRequest.segment(network))/disconnect")
        try await perform(
            try request.with(json: NetworkDisconnection(Container: container, Force: force)), within: deadlines.work)
    }
}

/// The body of `POST /networks/create`.
private struct NetworkCreation: Encodable {
    let spec: NetworkSpec
    let checkDuplicate: Bool?

    private enum CodingKeys: String, CodingKey {
        case checkDuplicate = "CheckDuplicate"
    }

    func encode(to encoder: any Encoder) throws {
        try spec.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(checkDuplicate, forKey: .checkDuplicate)
    }
}

private struct NetworkConnection: Encodable {
    let Container: String
    let EndpointConfig: EndpointSpec
}

private struct NetworkDisconnection: Encodable {
    let Container: String
    let Force: Bool
}
