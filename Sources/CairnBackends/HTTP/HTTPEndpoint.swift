import AsyncHTTPClient
import CairnCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import SystemPackage

/// A server that is spoken to by HTTP, over TCP, TLS or a unix socket.
///
/// The client is made at the first call: certificates that cannot be read now may be there at the next try.
final class HTTPEndpoint: HTTPTransport {
    let place: String
    private let base: String
    private let server: BackendURL.Server
    private let client = Mutex<HTTPClient?>(nil)

    /// Thousands of entries fit; past it something is wrong.
    private static let bodyLimit = 16 << 20
    private static let timeLimit = TimeAmount.seconds(10)

    init(_ server: BackendURL.Server, named name: String) {
        self.server = server
        let scheme = server.certificates == nil ? "http" : "https"
        switch server.place {
        case .network(let host, let port):
            let authority = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
            base = "\(scheme)://\(authority)"
            place = "\(name) at \(authority)"
        case .socket(let path):
            base = "\(scheme)+unix://\(path.string.percentEncoded())"
            place = "\(name) at \(path)"
        }
    }

    func send(_ call: HTTPCall) async throws -> HTTPAnswer {
        var request = HTTPClientRequest(url: base + call.path)
        request.method = HTTPMethod(rawValue: call.method)
        if let token = server.token { request.headers.add(name: "X-Consul-Token", value: token) }
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        do {
            let response = try await ready().execute(request, timeout: Self.timeLimit)
            let body = try await response.body.collect(upTo: Self.bodyLimit)
            return HTTPAnswer(status: Int(response.status.code), body: Array(body.readableBytesView))
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as CairnError {
            throw error
        } catch {
            throw CairnError(
                .io, "\(place) cannot be reached: \(Self.words(error))",
                hint: "Check that it runs, and the backend's URL.")
        }
    }

    func close() async {
        let client = client.withLock { client in
            defer { client = nil }
            return client
        }
        // Connections that do not end cleanly are gone all the same.
        try? await client?.shutdown()
    }

    private func ready() throws -> HTTPClient {
        try client.withLock { client in
            if let client { return client }
            var configuration = HTTPClient.Configuration(
                tlsConfiguration: try server.certificates.map(Self.tls), redirectConfiguration: .disallow,
                timeout: .init(connect: Self.timeLimit, read: Self.timeLimit))
            configuration.httpVersion = .http1Only
            // The loop above tries again, with its own pauses.
            configuration.connectionPool.retryConnectionEstablishment = false
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1
            let made = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            client = made
            return made
        }
    }

    private static func tls(_ certificates: BackendURL.Server.Certificates) throws -> TLSConfiguration {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            if let authority = certificates.authority {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority.string))
            }
            if let client = certificates.client, let key = certificates.key {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(client.string).map {
                    .certificate($0)
                }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key.string, format: .pem))
            }
            return configuration
        } catch {
            throw CairnError(
                .invalidFile, "The certificates of a backend cannot be read: \(error)",
                hint: "Check that the files are there, readable and in PEM form.")
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case let error as NIOConnectionError: error.connectionErrors.first.map { "\($0.error)" } ?? "no address"
        default: "\(error)"
        }
    }
}
