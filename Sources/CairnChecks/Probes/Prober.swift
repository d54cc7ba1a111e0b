public import CairnCatalog
public import DockerEngine

/// Makes the probes of checks; a stand-in in tests.
public protocol Probing: Sendable {
    /// Makes one try. It never takes much longer than the definition's timeout, and returns soon when the task is
    /// cancelled.
    func run(_ definition: Check.Definition) async -> ProbeOutcome
    /// Gives back what tries share. None may be made afterwards.
    func close() async
}

/// Makes the probes of checks: HTTP, TCP, gRPC, and commands inside containers.
///
/// Each try is a connection of its own, as a new client's would be: a connection that was kept could work when new ones
/// are refused. Nothing is set up before the first try that needs it.
public final class Prober: Probing {
    private let http = HTTPProber()
    private let grpc = GRPCProber()
    private let script: ScriptProber

    /// - Parameter engine: Where the commands of script checks are run.
    public init(engine: EngineClient) { script = ScriptProber(EngineScripts(engine: engine)) }

    public func run(_ definition: Check.Definition) async -> ProbeOutcome {
        let timeout = max(definition.timeout, .milliseconds(1))
        switch definition.probe {
        case .http(let request): return await http.run(request, timeout: timeout)
        case .tcp(let host, let port): return await TCPProbe(host: host, port: port).run(timeout: timeout)
        case .grpc(let host, let port, let service, let usesTLS, let skipsVerification):
            let target = GRPCProber.Target(
                host: host, port: port, service: service, tls: usesTLS ? .on(verified: !skipsVerification) : .off)
            return await grpc.run(target, timeout: timeout)
        case .script(let container, let words):
            return await script.run(words, in: container, timeout: timeout)
        case .ttl, .engine, .maintenance, .external:
            return ProbeOutcome(.critical, "A check of this kind is not tried: its status is told by others")
        }
    }

    public func close() async { await http.close() }
}

extension Check.Probe {
    /// Whether Cairn itself goes and looks. The others are told by somebody.
    var isMade: Bool {
        switch self {
        case .http, .tcp, .grpc, .script: true
        case .ttl, .engine, .maintenance, .external: false
        }
    }
}
