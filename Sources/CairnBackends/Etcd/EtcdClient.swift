import CairnCore
import Foundation

/// The calls of etcd's version 3 that are needed here, through its JSON gateway,
/// https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/: bytes are in base64, numbers of 64 bits are texts, and what is
/// empty or 0 is left out.
struct EtcdClient: Sendable {
    let transport: any HTTPTransport

    /// A key with its value, and the lease it dies with; 0 for none.
    struct Entry: Sendable, Equatable {
        let key: String
        let value: String
        let lease: Int64
    }

    private struct PutRequest: Encodable {
        let key: String
        let value: String
        let lease: String
    }

    private struct RangeRequest: Encodable {
        let key: String
        var range_end: String?
    }

    private struct RangeAnswer: Decodable {
        let kvs: [Pair]?

        struct Pair: Decodable {
            let key: String
            let value: String?
            let lease: String?
        }
    }

    private struct LeaseRequest: Encodable {
        let ID: String
        var TTL: String?
    }

    private struct KeepAliveAnswer: Decodable {
        let result: Result?

        struct Result: Decodable { let TTL: String? }
    }

    /// - Returns: False when there is no such lease (any more).
    func put(_ key: String, _ value: String, lease: Int64) async throws -> Bool {
        let request = PutRequest(key: Self.encode(key), value: Self.encode(value), lease: String(lease))
        let answer = try await transport.send(try call("kv/put", request))
        if answer.status == 404 { return false }
        if answer.isSuccess { return true }
        throw answer.status == 400
            ? RecordRefused(reason: "\(transport.place) answered 400: \(answer.words)") as any Error
            : failure("put a key", answer)
    }

    /// All that begins with a text that ends with a slash.
    func range(_ prefix: String) async throws -> [Entry] {
        // The next text after all that begin with the prefix: its last byte is '/', and the next one is '0'.
        let request = RangeRequest(key: Self.encode(prefix), range_end: Self.encode(prefix.dropLast() + "0"))
        let answer = try await transport.successful(try call("kv/range", request))
        let pairs = try decodeAnswer(RangeAnswer.self, answer, from: transport.place).kvs ?? []
        return pairs.map {
            Entry(
                key: Self.decode($0.key), value: Self.decode($0.value ?? ""), lease: $0.lease.flatMap { Int64($0) } ?? 0
            )
        }
    }

    func delete(_ key: String) async throws {
        _ = try await transport.successful(try call("kv/deleterange", RangeRequest(key: Self.encode(key))))
    }

    func grant(_ lease: Int64, seconds: Int64) async throws {
        let request = LeaseRequest(ID: String(lease), TTL: String(seconds))
        _ = try await transport.successful(try call("lease/grant", request))
    }

    /// - Returns: Whether the lease is still there: the answer of one that is not has no time to live.
    func keepAlive(_ lease: Int64) async throws -> Bool {
        let answer = try await transport.successful(try call("lease/keepalive", LeaseRequest(ID: String(lease))))
        let time = try decodeAnswer(KeepAliveAnswer.self, answer, from: transport.place).result?.TTL
        return time.flatMap { Int64($0) } ?? 0 > 0
    }

    /// Ends a lease, and with it the keys that hang on it.
    ///
    /// - Returns: False when there is no such lease.
    func revoke(_ lease: Int64) async throws -> Bool {
        let answer = try await transport.send(try call("lease/revoke", LeaseRequest(ID: String(lease))))
        if answer.status == 404 { return false }
        if answer.isSuccess { return true }
        throw failure("end a lease", answer)
    }

    private func call(_ path: String, _ request: some Encodable) throws -> HTTPCall {
        HTTPCall("POST", "/v3/" + path, body: try CanonicalJSON.bytes(request))
    }

    private func failure(_ verb: String, _ answer: HTTPAnswer) -> CairnError {
        CairnError(
            .io, "\(transport.place) did not \(verb): \(answer.status) \(answer.words)", hint: "See the log of etcd.")
    }

    private static func encode(_ text: some StringProtocol) -> String { Data(text.utf8).base64EncodedString() }

    private static func decode(_ text: String) -> String {
        Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
