import AsyncHTTPClient
import CairnCatalog
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Makes requests over HTTP and HTTPS. As with Consul, 2xx passes, 429 warns, and everything else is critical
/// (https://developer.hashicorp.com/consul/docs/register/health-check/vm).
struct HTTPProber: Sendable {
    private let clients = ProbeClients()

    /// How much of an answer is searched for the text that it must contain.
    private static let searchLimit = 64 * 1024

    func run(_ probe: Check.HTTPProbe, timeout: Duration) async -> ProbeOutcome {
        let name = "HTTP \(probe.method) \(probe.url)"
        let deadline = ContinuousClock.now + timeout
        do {
            let request = try Self.request(probe)
            let client = try clients.client(followsRedirects: probe.followsRedirects)
            let response = try await within(timeout) { try await client.execute(request, deadline: .distantFuture) }
            let limit = probe.content == nil ? ProbeOutcome.outputLimit : Self.searchLimit
            let body = await Self.start(of: response.body, limit: limit, until: deadline)
            return Self.judge(probe, response.status, body)
        } catch is ProbeTimeout {
            return ProbeOutcome(.critical, "\(name): no answer within \(timeout.words)")
        } catch let error as InvalidRequest {
            return ProbeOutcome(.critical, "\(name): \(error.reason)")
        } catch {
            return ProbeOutcome(.critical, "\(name): \(ConnectionFailure.words(for: error))")
        }
    }

    func close() async { await clients.close() }

    // MARK: The request

    /// What cannot be sent, or must not.
    struct InvalidRequest: Error {
        let reason: String
    }

    static func request(_ probe: Check.HTTPProbe) throws -> HTTPClientRequest {
        // The client also knows schemes for unix sockets, which are no business of a check.
        guard let url = URL(string: probe.url), let scheme = url.scheme?.lowercased(),
            scheme == "http" || scheme == "https", url.host?.isEmpty == false
        else { throw InvalidRequest(reason: "not an address that begins with http:// or https://") }
        guard url.port.map((1...65_535).contains) ?? true else {
            throw InvalidRequest(reason: "a port is a number from 1 to 65535")
        }
        guard !probe.method.isEmpty, probe.method.utf8.allSatisfy({ UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 })
        else { throw InvalidRequest(reason: "not a method: a method is made of capital letters") }
        var request = HTTPClientRequest(url: probe.url)
        request.method = HTTPMethod(rawValue: probe.method)
        for header in probe.headers { request.headers.add(name: header.name, value: header.value) }
        if !request.headers.contains(name: "User-Agent") {
            request.headers.add(name: "User-Agent", value: "Cairn Health Check")
        }
        if !request.headers.contains(name: "Accept") {
            request.headers.add(name: "Accept", value: "text/plain, text/*, */*")
        }
        request.headers.replaceOrAdd(name: "Connection", value: "close")
        if !probe.body.isEmpty { request.body = .bytes(ByteBuffer(string: probe.body)) }
        if probe.skipsVerification {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.certificateVerification = .none
            request.tlsConfiguration = tls
        }
        return request
    }

    // MARK: The answer

    /// Reads until the limit, the end, or the deadline.
    private static func start(
        of body: HTTPClientResponse.Body, limit: Int, until deadline: ContinuousClock.Instant
    ) async -> OutputStart {
        let shared = SharedOutput(limit: limit)
        do {
            try await within(deadline - .now) {
                for try await chunk in body where shared.append(chunk.readableBytesView) { break }
            }
        } catch {
            // An answer that breaks off or never ends, as a stream of events, still has its status.
        }
        return shared.value
    }

    private static func judge(
        _ probe: Check.HTTPProbe, _ status: HTTPResponseStatus, _ body: OutputStart
    ) -> ProbeOutcome {
        let line = "HTTP \(probe.method) \(probe.url): \(status.code) \(status.reasonPhrase)"
        let output = "\(line) Output: \(body.excerpt)"
        switch status.code {
        case 200..<300:
            if let content = probe.content, !body.contains(content) {
                return ProbeOutcome(.critical, "\(line), but without the text '\(content)' Output: \(body.excerpt)")
            }
            return ProbeOutcome(.passing, output)
        case 429: return ProbeOutcome(.warning, output)
        default: return ProbeOutcome(.critical, output)
        }
    }
}
