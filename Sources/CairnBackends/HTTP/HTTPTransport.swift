import CairnCore

/// A request to a server of which the place is known.
struct HTTPCall: Sendable, Equatable {
    var method: String
    /// From the slash on, percent-encoded, with the query.
    var path: String
    var body: [UInt8]?

    init(_ method: String, _ path: String, body: [UInt8]? = nil) {
        self.method = method
        self.path = path
        self.body = body
    }
}

/// What the server said to it.
struct HTTPAnswer: Sendable, Equatable {
    var status: Int
    var body: [UInt8]

    init(status: Int, body: [UInt8] = []) {
        self.status = status
        self.body = body
    }

    var isSuccess: Bool { (200..<300).contains(status) }

    /// The beginning of what the server said, on one line, for a message.
    var words: String {
        String(decoding: body.prefix(300), as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            .excerpt(200)
    }
}

/// Sends requests to one server.
protocol HTTPTransport: Sendable {
    /// The server's name and place, for messages.
    var place: String { get }

    /// - Throws: `E-IO` when the server cannot be reached or does not answer in time. An answer of any status is none.
    func send(_ call: HTTPCall) async throws -> HTTPAnswer

    func close() async
}

extension HTTPTransport {
    /// The answer, if it is a success.
    ///
    /// - Throws: `E-IO` otherwise; the server is then in no state to be written to, or does not let this host.
    func successful(_ call: HTTPCall) async throws -> HTTPAnswer {
        let answer = try await send(call)
        if answer.isSuccess { return answer }
        throw failure(call, answer)
    }

    /// The answer of a write. That the server does not take what is written is the record's fault alone.
    func accepted(_ call: HTTPCall) async throws -> HTTPAnswer {
        let answer = try await send(call)
        switch answer.status {
        case 200..<300: return answer
        case 400, 403, 413, 422: throw RecordRefused(reason: "\(place) answered \(answer.status): \(answer.words)")
        default: throw failure(call, answer)
        }
    }

    /// An answer that is no success, in words.
    func failure(_ call: HTTPCall, _ answer: HTTPAnswer) -> CairnError {
        let path = call.path.prefix { $0 != "?" }
        return CairnError(
            .io, "\(place) answered \(call.method) \(path) with \(answer.status): \(answer.words)",
            hint: answer.status == 403 || answer.status == 401
                ? "Check the token." : "Check that it is the server that is meant, and its log.")
    }
}
