/// Why a call to the engine failed, with the engine's own words where it answered.
public struct EngineError: Error, Sendable, Equatable {
    /// Where a call failed, for deciding what to do next; the words are in `message`.
    public enum Kind: Sendable, Hashable {
        /// No connection could be made, or it broke before the answer was complete.
        case unreachable
        /// The engine took the connection but did not answer before the deadline of the call.
        case timeout
        /// The engine refused the call with this HTTP status.
        case http(status: Int)
        /// The engine accepted the call and reported a failure inside its answer, as `POST /images/create` does.
        case failed
        /// The answer was not what the Engine API promises.
        case protocolViolation
        /// The call was never sent, because a name in it cannot be part of a request.
        case invalidRequest
        /// The calling task was cancelled, or the client was shut down.
        case cancelled
    }

    /// Where the call failed.
    public let kind: Kind
    /// One sentence for a person: the engine's `message` if it gave one.
    public let message: String
    /// The engine's whole answer as text, if there was one.
    public let body: String?

    /// Makes an error; `body` is the engine's answer as it came.
    public init(_ kind: Kind, _ message: String, body: String? = nil) {
        self.kind = kind
        self.message = message
        self.body = body
    }

    /// The named container, image, network or volume does not exist (status 404).
    public var isNotFound: Bool { kind == .http(status: 404) }

    /// The call clashes with the present state, as when a name is taken (status 409).
    public var isConflict: Bool { kind == .http(status: 409) }
}

extension EngineError: CustomStringConvertible {
    /// The message, prefixed by what kind of failure it was where the message does not say so itself.
    public var description: String {
        switch kind {
        case .http(let status): "the Docker engine answered \(status): \(message)"
        case .failed: "the Docker engine reported: \(message)"
        case .protocolViolation: "unexpected answer from the Docker engine: \(message)"
        case .unreachable, .timeout, .invalidRequest, .cancelled: message
        }
    }
}

extension EngineError {
    static let cancelled = EngineError(.cancelled, "the call to the Docker engine was cancelled")

    static let incompleteAnswer = EngineError(
        .unreachable, "the Docker engine closed the connection before its answer was complete")

    /// An error answer: the engine's `{"message": …}`, or the bare body when it is not JSON.
    static func refusal(status: Int, body: [UInt8]) -> EngineError {
        let text = String(decoding: body, as: UTF8.self)
        let message = (try? EngineJSON.decode(Refusal.self, from: body))?.message
        return EngineError(
            .http(status: status), message ?? (text.isEmpty ? "no reason given" : text.trimmingNewlines), body: text)
    }

    /// The body of every answer with a status of 400 and above (schema `ErrorResponse` of the Engine API).
    private struct Refusal: Decodable {
        let message: String
    }
}

extension String {
    /// The text without the line ends the engine puts after bodies and stream items.
    var trimmingNewlines: String {
        var text = self[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        return String(text)
    }
}
