import CairnCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks a server of a test, over a connection for each request.
struct TestClient: Sendable {
    let port: Int

    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8] = []

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONValue { get throws { try JSONValue(parsing: body, file: "answer") } }
        var index: UInt64 { headers.first(name: "X-Consul-Index").flatMap(UInt64.init) ?? 0 }
    }

    typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    func connect() async throws -> Connection {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
    }

    @discardableResult
    func send(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        try await send(method, path, bytes: body.map { Array($0.utf8) }, headers: headers)
    }

    func send(
        _ method: HTTPMethod, _ path: String, bytes: [UInt8]?, headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        try await connect().executeThenClose { inbound, outbound in
            try await Self.write(method, path, bytes, headers, to: outbound)
            var parts = inbound.makeAsyncIterator()
            return try await Self.read(&parts)
        }
    }

    static func write(
        _ method: HTTPMethod, _ path: String, _ bytes: [UInt8]?, _ headers: HTTPHeaders = [:],
        to outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    ) async throws {
        var headers = headers
        if !headers.contains(name: "Host") { headers.add(name: "Host", value: "127.0.0.1") }
        if let bytes { headers.add(name: "Content-Length", value: String(bytes.count)) }
        try await outbound.write(.head(HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)))
        if let bytes { try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: bytes)))) }
        try await outbound.write(.end(nil))
    }

    static func read(
        _ parts: inout NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator
    ) async throws -> Answer {
        var answer = Answer(status: 0, headers: [:])
        while let part = try await parts.next(isolation: #isolation) {
            switch part {
            case .head(let head): (answer.status, answer.headers) = (Int(head.status.code), head.headers)
            case .body(let buffer): answer.body += Array(buffer.readableBytesView)
            case .end: return answer
            }
        }
        return answer
    }

    func get(_ path: String) async throws -> Answer { try await send(.GET, path) }

    @discardableResult
    func put(_ path: String, _ body: String? = nil) async throws -> Answer { try await send(.PUT, path, body) }

    func json(_ path: String) async throws -> JSONValue { try await get(path).json }
}
