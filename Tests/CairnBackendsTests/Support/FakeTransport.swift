import Synchronization

@testable import CairnBackends

/// A server that gives prepared answers by method and path, and 200 without them.
final class FakeTransport: HTTPTransport {
    let place = "the server"
    private let answers: Mutex<[String: HTTPAnswer]>
    private let log = Mutex<[HTTPCall]>([])

    init(_ answers: [String: HTTPAnswer] = [:]) { self.answers = Mutex(answers) }

    var calls: [HTTPCall] { log.withLock { $0 } }
    var lines: [String] { calls.map { "\($0.method) \($0.path)" } }
    func body(_ index: Int) -> String { String(decoding: calls[index].body ?? [], as: UTF8.self) }

    func send(_ call: HTTPCall) -> HTTPAnswer {
        log.withLock { $0.append(call) }
        return answers.withLock { $0["\(call.method) \(call.path)"] } ?? HTTPAnswer(status: 200, body: Array("{}".utf8))
    }

    func close() {}
}

extension HTTPAnswer {
    static func json(_ text: String, status: Int = 200) -> HTTPAnswer {
        HTTPAnswer(status: status, body: Array(text.utf8))
    }
}
