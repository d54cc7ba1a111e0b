import CairnCatalog
import CairnCore

/// The services of a Consul agent, https://developer.hashicorp.com/consul/api-docs/agent/service.
struct ConsulRegistry: Registry {
    let layout: ConsulLayout
    let owner: OwnerMark
    let transport: any HTTPTransport

    func records(for registrations: [Registration]) throws -> RecordSet { try layout.records(for: registrations) }

    private struct FoundService: Decodable {
        // Consul gives null for what is empty.
        let service: String
        let port: Int?
        let tags: [String]?
        let address: String?
        let meta: [String: String]?
        let enableTagOverride: Bool?

        enum CodingKeys: String, CodingKey {
            case service = "Service"
            case port = "Port"
            case tags = "Tags"
            case address = "Address"
            case meta = "Meta"
            case enableTagOverride = "EnableTagOverride"
        }
    }

    private struct FoundCheck: Decodable {
        let serviceID: String?

        enum CodingKeys: String, CodingKey { case serviceID = "ServiceID" }
    }

    func read(_ wanted: RecordSet) async throws -> [String: String] {
        let services = try await get([String: FoundService].self, "/v1/agent/services")
        let checks = try await get([String: FoundCheck].self, "/v1/agent/checks")
        let idsByService = Dictionary(grouping: checks.keys) { checks[$0]?.serviceID ?? "" }
        var found: [String: String] = [:]
        for (id, service) in services {
            let isMarked = service.meta?[ConsulLayout.nodeKey] == owner.node
            guard owner.isOwn(id: id) || isMarked || wanted.records[id] != nil else { continue }
            let readable = ConsulReadable(
                name: service.service, port: service.port ?? 0,
                tags: service.enableTagOverride == true ? [] : service.tags ?? [], address: service.address ?? "",
                meta: service.meta ?? [:], checks: (idsByService[id] ?? []).filter { !Self.isMaintenance($0) }.sorted())
            found[id] = try readable.text()
        }
        return found
    }

    /// Consul's own maintenance is a person's, who set it there.
    private static func isMaintenance(_ checkID: String) -> Bool { checkID.hasPrefix("_service_maintenance:") }

    func put(_ record: Record) async throws {
        _ = try await transport.accepted(
            HTTPCall(
                "PUT", "/v1/agent/service/register?replace-existing-checks=true", body: Array(record.body.utf8)))
    }

    func remove(_ key: String) async throws {
        let call = HTTPCall("PUT", "/v1/agent/service/deregister/" + key.percentEncoded(keeping: ":"))
        let answer = try await transport.send(call)
        // Newer versions answer 404 for what is not there.
        if answer.isSuccess || answer.status == 404 { return }
        throw transport.failure(call, answer)
    }

    private struct Update: Encodable {
        let status: String
        let output: String

        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case output = "Output"
        }
    }

    func beat(_ record: Record) async throws {
        for beat in record.beats { _ = try await transport.successful(try call(beat)) }
    }

    func refresh(_ records: [Record]) async throws -> [String] {
        var lost: [String] = []
        for record in records {
            for beat in record.beats {
                let answer = try await transport.send(try call(beat))
                // 500 in older versions, 404 in newer: somebody has taken the check away.
                if answer.status == 500 || answer.status == 404 {
                    lost.append(record.key)
                    break
                }
                guard answer.isSuccess else { throw transport.failure(try call(beat), answer) }
            }
        }
        return lost
    }

    private func call(_ beat: Beat) throws -> HTTPCall {
        let update = Update(status: beat.status.rawValue, output: beat.output)
        let path = "/v1/agent/check/update/" + beat.checkID.percentEncoded(keeping: ":")
        return HTTPCall("PUT", path, body: try CanonicalJSON.bytes(update))
    }

    func close() async { await transport.close() }

    private func get<Value: Decodable>(_ type: Value.Type, _ path: String) async throws -> Value {
        try decodeAnswer(type, try await transport.successful(HTTPCall("GET", path)), from: transport.place)
    }
}

/// What a server answered, read as JSON.
///
/// - Throws: `E-IO` for what is none, or of another shape.
func decodeAnswer<Value: Decodable>(_ type: Value.Type, _ answer: HTTPAnswer, from place: String) throws -> Value {
    do {
        return try CanonicalJSON.decode(type, from: answer.body)
    } catch {
        throw CairnError(
            .io, "\(place) answered with something else than was asked for: \(answer.words)",
            hint: "Check that the backend's URL names the server that is meant.")
    }
}
