import Foundation

/// Consul's key-value store, https://developer.hashicorp.com/consul/api-docs/kv. Keys there do not expire; those of this
/// node carry a number of its own as their flags, by which they are found when it comes back.
struct ConsulKeyValueRegistry: Registry {
    let layout: KeyValueLayout
    let owner: OwnerMark
    let transport: any HTTPTransport

    func records(for registrations: [Registration]) -> RecordSet { layout.records(for: registrations) }

    private struct Found: Decodable {
        let key: String
        let value: String?
        let flags: UInt64?

        enum CodingKeys: String, CodingKey {
            case key = "Key"
            case value = "Value"
            case flags = "Flags"
        }
    }

    func read(_ wanted: RecordSet) async throws -> [String: String] {
        let call = HTTPCall("GET", path(layout.root) + "?recurse=true")
        let answer = try await transport.send(call)
        // There is nothing yet.
        if answer.status == 404 { return [:] }
        guard answer.isSuccess else { throw transport.failure(call, answer) }
        var entries: [String: String] = [:]
        for entry in try decodeAnswer([Found].self, answer, from: transport.place) {
            guard entry.flags == owner.flags || layout.isOwn(entry.key, owner) || wanted.records[entry.key] != nil
            else {
                continue
            }
            entries[entry.key] =
                entry.value.flatMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) }
                ?? ""
        }
        return entries
    }

    func put(_ record: Record) async throws {
        _ = try await transport.accepted(
            HTTPCall("PUT", path(record.key) + "?flags=\(owner.flags)", body: Array(record.body.utf8)))
    }

    func remove(_ key: String) async throws { _ = try await transport.successful(HTTPCall("DELETE", path(key))) }

    func close() async { await transport.close() }

    private func path(_ key: String) -> String { "/v1/kv/" + key.percentEncoded(keeping: "/:") }
}
