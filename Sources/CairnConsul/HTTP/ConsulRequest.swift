import CairnCore
import HTTPTypes
import Hummingbird
import NIOCore

/// A request after it was let in: its way split and decoded.
struct ConsulRequest: Sendable {
    /// The most bytes of a body, but for values of keys.
    static let maximumBody = 1 << 20

    let method: HTTPRequest.Method
    /// What follows the route's own part of the path, decoded: a name, an id, a key.
    let rest: String
    let query: Query
    let headers: HTTPFields
    let raw: Request
    let channel: any Channel

    /// The whole body.
    ///
    /// - Throws: 413 for one that is longer than `maximum` bytes.
    func body(upTo maximum: Int = maximumBody) async throws -> [UInt8] {
        let tooLarge = HTTPRefusal.tooLarge(
            "Request body is too large, max size: \(maximum) bytes")
        if let length = headers[.contentLength].flatMap(Int.init), length > maximum { throw tooLarge }
        do {
            let buffer = try await raw.body.collect(upTo: maximum)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }

    /// The body as a JSON object's members; an empty body is refused.
    func fields() async throws -> Fields {
        let bytes = try await body()
        guard !bytes.isEmpty else { throw HTTPRefusal.bad("Request decode failed: EOF") }
        return try Fields(parsing: bytes)
    }

    /// The body as members, none for an empty one.
    func optionalFields() async throws -> Fields {
        let bytes = try await body()
        return bytes.isEmpty ? Fields([:]) : try Fields(parsing: bytes)
    }

    var filter: Filter? {
        get throws {
            guard let text = query["filter"], !text.isEmpty else { return nil }
            do { return try Filter(parsing: text) } catch {
                throw HTTPRefusal.failed("Failed to create boolean expression evaluator: \(error.message)")
            }
        }
    }

    /// The values for which the request's filter holds.
    func filtered(_ values: [JSONValue], by schema: Schema) throws -> [JSONValue] {
        guard let filter = try filter else { return values }
        do { try filter.check(against: schema) } catch {
            throw HTTPRefusal.failed("Failed to create boolean expression evaluator: \(error.message)")
        }
        return values.filter(filter.holds)
    }
}
