import CairnCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// What a probe found: an answer, or in a few words why there was none.
enum ProbeResult: Sendable, Equatable {
    case passed
    case failed(String)
}

/// Opens a TCP connection, as nginx would.
struct ConnectProbe: Sendable {
    let address: IPv4Address
    let port: Int

    func run(timeout: Duration) async -> ProbeResult {
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.init(timeout))
                .connect(host: address.description, port: port).get()
            try await channel.close()
            return .passed
        } catch {
            return .failed("nothing accepts connections on \(address):\(port)")
        }
    }
}

/// One GET request over HTTP/1.1; 2xx passes, as the reference's checker has it.
struct HTTPProbe: Sendable {
    let address: IPv4Address
    let port: Int
    let path: String
    let headers: [(String, String)]
    /// Text that the first 64 KiB of the body must hold.
    let content: String?

    private static let bodyLimit = 64 * 1024

    func run(timeout: Duration) async -> ProbeResult {
        do {
            return try await withThrowingTaskGroup(of: ProbeResult.self) { group in
                group.addTask { try await request(connectTimeout: timeout) }
                group.addTask {
                    try await ContinuousClock().sleep(for: timeout)
                    return .failed("GET \(path) on port \(port) got no answer within \(timeout.seconds) s")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? .failed("cancelled")
            }
        } catch is CancellationError {
            return .failed("cancelled")
        } catch {
            return .failed("GET \(path) on port \(port): no connection to \(address)")
        }
    }

    private func request(connectTimeout: Duration) async throws -> ProbeResult {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.init(connectTimeout))
            .connect(host: address.description, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
            head.headers.add(name: "Host", value: "\(address):\(port)")
            head.headers.add(name: "User-Agent", value: "cairn-health-check")
            head.headers.add(name: "Connection", value: "close")
            for (name, value) in headers { head.headers.replaceOrAdd(name: name, value: value) }
            // Together: a server that answers at once and closes would make the second of two writes fail.
            try await outbound.write(contentsOf: [.head(head), .end(nil)])
            return try await judge(inbound)
        }
    }

    private func judge(_ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) async throws -> ProbeResult {
        var status = 0
        var body: [UInt8] = []
        parts: for try await part in inbound {
            switch part {
            case .head(let head):
                status = Int(head.status.code)
                if content == nil { break parts }
            case .body(let buffer): body += buffer.readableBytesView.prefix(Self.bodyLimit - body.count)
            case .end: break parts
            }
        }
        guard (200..<300).contains(status) else {
            let start = String(decoding: body.prefix(100), as: UTF8.self).visible
            return .failed("GET \(path) on port \(port) answered \(status)\(start.isEmpty ? "" : ": \(start)")")
        }
        if let content, !String(decoding: body, as: UTF8.self).contains(content) {
            return .failed("GET \(path) on port \(port) answered \(status), but without the text '\(content.visible)'")
        }
        return .passed
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        self = .nanoseconds(
            duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000)
    }
}

extension Duration {
    /// In seconds, with the fraction.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }

    /// In seconds, to a tenth, for people.
    var seconds: String {
        let tenths = Int((inSeconds * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
