/// A request a ``StubEngine`` was sent.
public struct StubRequest: Sendable, Equatable {
    /// `GET`, `POST`, ….
    public var method: String
    /// Path and query as sent.
    public var uri: String
    /// Header fields; names in lower case.
    public var headers: [String: String]
    /// The body as text.
    public var body: String

    /// Method and URI on one line, as tests like to compare them.
    public var line: String { "\(method) \(uri)" }
}

/// What a ``StubEngine`` does with a request.
public enum StubAnswer: Sendable {
    /// A whole answer.
    case answer(status: Int, headers: [String: String], body: [UInt8])
    /// The beginning of an answer, after which nothing comes and the connection stays open.
    case unfinished(body: [UInt8])
    /// The beginning of an answer, after which the connection is closed.
    case broken(body: [UInt8])
    /// Changes the connection into plain bytes and sends these. What is received then is sent back in frames of
    /// standard output; the end of it closes the connection, and with `ends` so does the end of the output, as that of a
    /// process does.
    case upgrade(output: [UInt8], ends: Bool = false)
    /// Nothing at all, for as long as the client waits.
    case silence

    /// A JSON answer.
    public static func json(_ body: String, status: Int = 200) -> StubAnswer {
        .answer(status: status, headers: ["Content-Type": "application/json"], body: [UInt8](body.utf8))
    }

    /// An answer of text, or of nothing.
    public static func text(_ body: String = "", status: Int = 200) -> StubAnswer {
        .answer(status: status, headers: ["Content-Type": "text/plain"], body: [UInt8](body.utf8))
    }

    /// An answer without a body.
    public static let noContent = StubAnswer.answer(status: 204, headers: [:], body: [])

    /// An engine's refusal.
    public static func refusal(_ status: Int, _ message: String) -> StubAnswer {
        .json(#"{"message":"\#(message)"}"#, status: status)
    }

    /// One frame of a mixed stream; 1 is standard output, 2 standard error.
    public static func frame(_ stream: UInt8, _ text: String) -> [UInt8] {
        let payload = [UInt8](text.utf8)
        let length = (0..<4).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
        return [stream, 0, 0, 0] + length + payload
    }
}
