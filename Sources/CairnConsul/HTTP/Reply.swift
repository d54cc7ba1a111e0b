import CairnCore
import HTTPTypes
import Hummingbird
import NIOCore

/// What is answered to a request.
struct Reply: Sendable {
    enum Content: Sendable {
        case none
        case json(JSONValue)
        case text(String)
        case bytes([UInt8], type: String)
        case stream(type: String, @concurrent @Sendable (inout any ResponseBodyWriter) async throws -> Void)
    }

    var status: HTTPResponse.Status = .ok
    var headers: HTTPFields = [:]
    var content: Content

    init(_ content: Content, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        self.content = content
        self.status = status
        self.headers = headers
    }

    /// Done, with nothing to say.
    static let empty = Reply(.none)

    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Reply {
        Reply(.json(value), status: status)
    }

    init(_ refusal: HTTPRefusal) {
        self.init(refusal.text.isEmpty ? .none : .text(refusal.text), status: refusal.status, headers: refusal.headers)
    }

    func response(isPretty: Bool) -> Response {
        var headers = headers
        // What a client stores must not be taken for a page by a browser.
        headers[.xContentTypeOptions] = "nosniff"
        let body: ResponseBody
        switch content {
        case .none: body = ResponseBody()
        case .json(let value):
            headers[.contentType] = "application/json"
            body = ResponseBody(byteBuffer: ByteBuffer(string: isPretty ? value.prettyText + "\n" : value.text))
        case .text(let text):
            headers[.contentType] = "text/plain; charset=utf-8"
            body = ResponseBody(byteBuffer: ByteBuffer(string: text))
        case .bytes(let bytes, let type):
            headers[.contentType] = type
            body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream(let type, let write):
            headers[.contentType] = type
            body = ResponseBody(write)
        }
        return Response(status: status, headers: headers, body: body)
    }
}

extension HTTPField.Name {
    // Spelt as Consul's own server sends them.
    static let consulIndex = HTTPField.Name.known("X-Consul-Index")
    static let consulKnownLeader = HTTPField.Name.known("X-Consul-Knownleader")
    static let consulLastContact = HTTPField.Name.known("X-Consul-Lastcontact")
    static let consulConsistency = HTTPField.Name.known("X-Consul-Effective-Consistency")
    static let consulContentHash = HTTPField.Name.known("X-Consul-Contenthash")
    static let consulReason = HTTPField.Name.known("X-Consul-Reason")
    static let consulToken = HTTPField.Name.known("X-Consul-Token")
}

extension HTTPField.Name {
    /// A name that is known to be one.
    private static func known(_ name: StaticString) -> HTTPField.Name {
        // The library's initialiser is failable for names that are not tokens; these are.
        HTTPField.Name("\(name)") ?? .contentType
    }
}
