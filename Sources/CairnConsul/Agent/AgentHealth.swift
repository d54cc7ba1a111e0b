import CairnStore
import CairnCatalog
import CairnCore
import HTTPTypes

/// `/v1/agent/health/service/…`: how a service of this host is, told by the status of the answer so that load balancers
/// understand it.
enum AgentHealth {
    static func addRoutes(to table: inout RouteTable) {
        table.add(.get, "agent/health/service/name/", byName)
        table.add(.get, "agent/health/service/id/", byID)
    }

    @Sendable static func byName(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let snapshot = directory.feed.snapshot
        let entries = (snapshot.services[request.rest] ?? []).filter { $0.node.name == snapshot.ownNode }
        guard let worst = entries.map(health).max(by: { $0.rank < $1.rank }) else {
            return missing("ServiceName \(request.rest.excerpt()) Not Found", .array([]), request)
        }
        return reply(worst, .array(entries.map { value($0, directory) }), request)
    }

    @Sendable static func byID(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        guard let entry = directory.ownService(request.rest) else {
            let nothing: JSONValue = ["AggregatedStatus": "critical", "Service": nil, "Checks": nil]
            return missing("ServiceId \(request.rest.excerpt()) not found", nothing, request)
        }
        return reply(health(entry), value(entry, directory), request)
    }

    private enum Health: String {
        case passing
        case warning
        case critical
        case maintenance

        var rank: Int {
            switch self {
            case .passing: 0
            case .warning: 1
            case .critical: 2
            case .maintenance: 3
            }
        }

        var status: HTTPResponse.Status {
            switch self {
            case .passing: .ok
            case .warning: .tooManyRequests
            case .critical, .maintenance: .serviceUnavailable
            }
        }
    }

    private static func health(_ entry: ServiceEntry) -> Health {
        if (entry.checks + entry.nodeChecks).contains(where: { $0.definition.probe == .maintenance }) {
            return .maintenance
        }
        switch entry.status {
        case .passing: return .passing
        case .warning: return .warning
        case .critical: return .critical
        }
    }

    private static func value(_ entry: ServiceEntry, _ directory: Directory) -> JSONValue {
        let checks =
            entry.nodeChecks.map { CheckShape.check($0, service: nil) }
            + entry.checks.map { CheckShape.check($0, service: entry.service) }
        return [
            "AggregatedStatus": .string(health(entry).rawValue), "Service": ServiceShape.agent(entry.service),
            "Checks": .array(checks),
        ]
    }

    private static func reply(_ health: Health, _ value: JSONValue, _ request: ConsulRequest) -> Reply {
        Reply(
            request.query["format"] == "text" ? .text(health.rawValue) : .json(value), status: health.status,
            headers: [.consulReason: health.rawValue])
    }

    private static func missing(_ reason: String, _ value: JSONValue, _ request: ConsulRequest) -> Reply {
        Reply(
            request.query["format"] == "text" ? .text(reason) : .json(value), status: .notFound,
            headers: [.consulReason: reason])
    }
}
