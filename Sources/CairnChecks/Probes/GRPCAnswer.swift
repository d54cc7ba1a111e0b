import CairnCatalog
import NIOCore
import NIOHPACK
import NIOHTTP2

/// What has come of a server's answer to the question for its health.
struct GRPCAnswer: Sendable {
    private var httpStatus: String?
    private var status: String?
    private var message: String?
    private var body = OutputStart()
    private var isReset = false

    /// Returns whether the answer is complete.
    mutating func take(_ payload: HTTP2Frame.FramePayload) -> Bool {
        switch payload {
        case .headers(let headers):
            httpStatus = httpStatus ?? headers.headers.first(name: ":status")
            status = headers.headers.first(name: "grpc-status") ?? status
            message = headers.headers.first(name: "grpc-message") ?? message
            return headers.endStream
        case .data(let data):
            if case .byteBuffer(let buffer) = data.data { body.append(buffer.readableBytesView) }
            return data.endStream || body.isFull
        case .rstStream, .goAway:
            isReset = true
            return true
        default: return false
        }
    }

    func outcome(_ name: String) -> ProbeOutcome {
        if let httpStatus, httpStatus != "200" {
            return ProbeOutcome(.critical, "\(name): answered with HTTP status \(httpStatus)")
        }
        guard status == "0" else { return ProbeOutcome(.critical, "\(name): \(failure)") }
        guard let serving = GRPCHealthMessages.status(of: body.bytes) else {
            return ProbeOutcome(.critical, "\(name): the answer is not one of the health protocol")
        }
        return ProbeOutcome(serving == .serving ? .passing : .critical, "\(name): \(serving.name)")
    }

    /// Why there was no answer, with the two codes that a server gives which lacks the service.
    private var failure: String {
        guard let status else {
            return isReset ? "the stream was reset" : "the connection was closed without an answer"
        }
        let words = message.map { ": \($0.prefix(ProbeOutcome.outputLimit))" } ?? ""
        switch status {
        case "5": return "the server does not know the service (gRPC status 5)\(words)"
        case "12": return "the server does not speak the health protocol (gRPC status 12)\(words)"
        default: return "gRPC status \(status.prefix(20))\(words)"
        }
    }
}
