import NIOCore
import NIOHTTP1

/// One request to the engine, before the API version is known.
struct EngineRequest: Sendable {
    var method: HTTPMethod
    /// The path without its version prefix; each part that came from outside is already encoded.
    var path: String
    /// Query items in order; a name may come several times.
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    /// The body and its media type.
    var body: ByteBuffer?
    var isVersioned = true

    init(_ method: HTTPMethod, _ path: String, query: [(name: String, value: String)] = []) {
        self.method = method
        self.path = path
        self.query = query
    }

    /// The same request with a JSON body.
    func with(json value: some Encodable) throws -> EngineRequest {
        var request = self
        request.body = ByteBuffer(bytes: try EngineJSON.encode(value))
        request.headers.append(("Content-Type", "application/json"))
        return request
    }

    /// For error messages: what was asked, without the query.
    var summary: String { "\(method.rawValue) \(path)" }

    var encodedQuery: String {
        guard !query.isEmpty else { return "" }
        return "?" + query.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    }

    func head(uri: String) -> HTTPRequestHead {
        var fields = HTTPHeaders([("Host", "docker"), ("User-Agent", "swift-docker-engine")])
        if !headers.contains(where: { $0.name == "Connection" }) { fields.add(name: "Connection", value: "close") }
        for header in headers { fields.add(name: header.name, value: header.value) }
        if let body {
            fields.add(name: "Content-Length", value: "\(body.readableBytes)")
        } else if method == .POST && !headers.contains(where: { $0.name == "Transfer-Encoding" }) {
            fields.add(name: "Content-Length", value: "0")
        }
        return HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: fields)
    }
}

/// A complete answer.
struct EngineResponse: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
}

extension EngineRequest {
    /// A name or id as one part of a path.
    ///
    /// An empty or dotted part would be another endpoint: `/containers//json` is the list of all containers.
    static func segment(_ name: String) throws -> String {
        guard !name.isEmpty, name != ".", name != ".." else {
            throw EngineError(.invalidRequest, "'\(name)' is not the name or id of anything in the Docker engine")
        }
        return PercentEncoding.encode(name)
    }

    /// An image reference as part of a path, where slashes are kept.
    static func reference(_ reference: String) throws -> String {
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
            throw EngineError(.invalidRequest, "'\(reference)' is not an image reference")
        }
        return parts.map { PercentEncoding.encode(String($0)) }.joined(separator: "/")
    }

    /// The `filters` query item, a JSON object of lists; nothing when there is no filter.
    static func filters(_ filters: [String: [String]]) throws -> [(name: String, value: String)] {
        guard !filters.isEmpty else { return [] }
        return [("filters", String(decoding: try EngineJSON.encode(filters), as: UTF8.self))]
    }
}

/// Percent-encoding of RFC 3986, leaving only its unreserved characters.
enum PercentEncoding {
    static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            if isUnreserved(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return encoded
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
