import CairnCore
import NIOCore
import Synchronization

/// Turns what a client sent into what it is to be told. Local names are answered at once, by whoever calls.
final class DNSResponder: Sendable {
    enum Outcome: Sendable {
        /// Silence.
        case none
        case reply([UInt8])
        /// Somebody else has to be asked first.
        case forward(Errand)
    }

    /// A question to others.
    struct Errand: Sendable {
        var query: DNSQuery
        var transport: DNSTransport
        /// What to send; its id is replaced.
        var packet: [UInt8]
        /// What is known here already, when an alias led to the others' name; nil when their answer is passed on as it is.
        var prefix: DNSAnswer?
    }

    /// A query's way to the server.
    struct Origin: Sendable {
        var source: IPAddress
        /// Where it arrived, as far as it is known.
        var local: IPAddress?
        var transport: DNSTransport
    }

    let settings: DNSSettings
    let counters = DNSCounters()
    private let view: @Sendable () -> DNSView
    private let limiter: Mutex<RateLimiter?>

    init(settings: DNSSettings, view: @escaping @Sendable () -> DNSView) {
        self.settings = settings
        self.view = view
        limiter = Mutex(settings.rateLimit.map { RateLimiter($0) })
    }

    func respond(
        to bytes: [UInt8], from origin: Origin, _ random: inout some RandomNumberGenerator
    ) -> Outcome {
        counters.add(.received)
        guard admits(origin.source) else {
            counters.add(.limited)
            return .none
        }
        switch DNSQuery.read(bytes) {
        case .none:
            counters.add(.malformed)
            return .none
        case .faulty(let id, let flags, let code):
            counters.add(.malformed)
            return .reply(DNSReply.faulty(id: id, flags: flags, code))
        case .query(let query):
            return respond(to: query, bytes, from: origin, &random)
        }
    }

    private func admits(_ source: IPAddress) -> Bool {
        limiter.withLock { $0?.admits(source, at: NIODeadline.now().uptimeNanoseconds) ?? true }
    }

    private func respond(
        to query: DNSQuery, _ bytes: [UInt8], from origin: Origin, _ random: inout some RandomNumberGenerator
    ) -> Outcome {
        let view = view()
        let viewer = DNSViewer(source: origin.source, local: origin.local, view: view)
        let canAsk = !settings.recursors.isEmpty && mayAskOthers(viewer, origin.source)
        func reply(_ answer: DNSAnswer) -> Outcome {
            .reply(
                DNSReply.message(
                    answer, to: query, settings: settings, over: origin.transport, recursionAvailable: canAsk))
        }
        if let version = query.edns?.version, version > 0 {
            return reply(.failure(.badVersion, "only version 0 of EDNS is known here"))
        }
        switch DNSAnswering(settings: settings).finding(query.question, viewer: viewer, view: view, &random) {
        case .answer(let answer): return reply(answer)
        case .elsewhere(let answer):
            guard canAsk else { return reply(answer) }
            return .forward(Errand(query: query, transport: origin.transport, packet: bytes))
        case .alias(let target, let answer):
            guard canAsk, query.flags.contains(.recursionDesired) else { return reply(answer) }
            let packet = DNSQuestion(name: target, type: query.question.type).packet(id: 0)
            return .forward(Errand(query: query, transport: origin.transport, packet: packet, prefix: answer))
        }
    }

    /// An open resolver is a weapon: only this host, its apps and private networks have others asked.
    private func mayAskOthers(_ viewer: DNSViewer, _ source: IPAddress) -> Bool {
        switch viewer {
        case .host, .app: true
        case .network: source.isPrivate
        }
    }

    /// What to tell the client once the others have answered, or nobody has.
    func finish(_ errand: Errand, with result: Result<[UInt8], any Error>) -> [UInt8] {
        var answer = DNSAnswer.failure(.serverFailure, "nobody who was asked has answered")
        if case .success(var bytes) = result {
            if let prefix = errand.prefix {
                if let message = try? DNSMessage(parsing: bytes) {
                    answer = prefix
                    answer.code = message.code
                    answer.records += message.answers
                }
            } else if bytes.count >= DNSReader.headerLength {
                (bytes[0], bytes[1]) = (UInt8(errand.query.id >> 8), UInt8(errand.query.id & 0xff))
                // Whoever has this asked is offered it, whatever the other server says of itself.
                bytes[3] |= UInt8(DNSFlags.recursionAvailable.rawValue)
                return bytes
            }
        }
        if answer.code == .serverFailure { counters.add(.unanswered) }
        return DNSReply.message(
            answer, to: errand.query, settings: settings, over: errand.transport, recursionAvailable: true)
    }
}
