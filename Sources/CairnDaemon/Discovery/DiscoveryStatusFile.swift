import CairnBackends
import CairnConsul
import CairnCore
import CairnDNS
import CairnDiscovery
import CairnFiles
import Logging
import Synchronization
import SystemPackage

/// Tells commands how it stands with the servers and backends: a file that is written anew at each change and is there
/// only while the daemon runs.
final class DiscoveryStatusFile: Sendable {
    private let path: FilePath
    private let logger: Logger
    private let lines = Mutex<[String: DiscoveryStatus.Line]>([:])

    init(root: String, logger: Logger) {
        path = FilePath(DiscoveryStatus.path(root: root))
        self.logger = logger
    }

    func remove() { Files.remove(path) }

    func note(_ status: DNSListenStatus) {
        let text =
            switch status.state {
            case .listening(let port): "listening on port \(port)"
            case .waiting(let error, _): error.message
            case .stopped: "stopped"
            }
        var isWell = false
        if case .listening = status.state { isWell = true }
        put(DiscoveryStatus.Line(kind: "dns", name: "\(status.address)", isWell: isWell, text: text))
    }

    func note(_ status: ConsulStatus) {
        switch status {
        case .listening(let listener, let port):
            put(
                DiscoveryStatus.Line(
                    kind: "http", name: "\(listener.host):\(listener.port)", isWell: true,
                    text: "listening on port \(port)"))
        case .waiting(let listener, let reason):
            put(
                DiscoveryStatus.Line(
                    kind: "http", name: "\(listener.host):\(listener.port)", isWell: false, text: reason))
        }
    }

    func note(_ status: BackendStatus) {
        let text =
            status.isConnected
            ? "\(status.entries) entries, as of index \(status.appliedIndex)" : status.lastError ?? "not connected"
        put(DiscoveryStatus.Line(kind: "backend", name: status.url, isWell: status.isConnected, text: text))
    }

    private func put(_ line: DiscoveryStatus.Line) {
        // Written while it is locked: of two that change at once, the later text has both.
        lines.withLock { lines in
            lines[line.kind + line.name] = line
            let status = DiscoveryStatus(lines: lines.values.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) })
            do { try Files.write(status.text, to: path, mode: 0o644) } catch {
                logger.warning("The status of discovery cannot be written", metadata: ["error": "\(error)"])
            }
        }
    }
}
