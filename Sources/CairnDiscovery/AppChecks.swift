import CairnCatalog
import CairnCore
import CairnStore
import Foundation

/// The checks of an app.json that go on after a deploy, as checks of the catalog: readiness decides whether a copy gets
/// requests, liveness also whether it is started anew.
struct AppChecks {
    let service: Service
    let instance: Instance
    let host: String?

    func checks(in manifest: AppJSON) -> [Check] {
        let kinds: [HealthCheck.Kind] = [.readiness, .liveness]
        return kinds.flatMap { kind in
            manifest.healthChecks(of: instance.name.process, kind: kind).enumerated().compactMap { number, check in
                self.check(check, number: number + 1)
            }
        }
    }

    /// Nil for what cannot be looked at again: how long a copy has been up.
    private func check(_ check: HealthCheck, number: Int) -> Check? {
        guard let probe = probe(check.probe) else { return nil }
        let definition = Check.Definition(
            probe: probe,
            // A check without a pause would keep a CPU busy.
            interval: max(check.wait, .seconds(1)), timeout: check.timeout, initialDelay: check.initialDelay,
            failuresBeforeCritical: max(check.attempts, 1), worstStatus: check.warnsOnly ? .warning : .critical)
        return Check(
            node: service.node, id: "\(check.kind.rawValue):\(number):\(service.id)", serviceID: service.id,
            name: check.name, notes: "\(check.kind.rawValue) check of app.json",
            // It has just passed the gate of its deploy.
            status: .passing, definition: definition,
            purpose: check.kind == .liveness && !check.warnsOnly ? .liveness : .health)
    }

    private func probe(_ probe: HealthCheck.Probe) -> Check.Probe? {
        switch probe {
        case .http(let request): return .http(http(request))
        case .command(let words): return instance.containerID.map { .script(containerID: $0, words: words) }
        case .listening(let port):
            let port = port ?? service.port
            return port == 0 ? nil : .tcp(host: service.address, port: port)
        case .uptime: return nil
        }
    }

    private func http(_ request: HealthCheck.HTTPProbe) -> Check.HTTPProbe {
        var headers = request.headers.map { Check.HTTPProbe.Header(name: $0.name, value: $0.value) }
        if let host, !headers.contains(where: { $0.name.lowercased() == "host" }) {
            headers.append(Check.HTTPProbe.Header(name: "Host", value: host))
        }
        return Check.HTTPProbe(
            url: "\(request.scheme.rawValue)://\(service.address):\(request.port ?? service.port)\(request.path)",
            headers: headers, skipsVerification: true, content: request.content, followsRedirects: false)
    }
}
