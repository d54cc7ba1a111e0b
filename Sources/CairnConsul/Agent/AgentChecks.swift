import CairnStore
import CairnCatalog
import CairnCore
import Foundation
import HTTPTypes

/// `/v1/agent/check/…` and `/v1/agent/checks`, https://developer.hashicorp.com/consul/api-docs/agent/check.
enum AgentChecks {
    /// The most bytes of what a check is reported to have said.
    private static let maximumOutput = 4096

    static func addRoutes(to table: inout RouteTable) {
        table.add(.get, "agent/checks", list)
        table.add(.put, "agent/check/register", register)
        table.add(.put, "agent/check/deregister/", deregister)
        table.add(.put, "agent/check/pass/") { try await report(.passing, $0, $1) }
        table.add(.put, "agent/check/warn/") { try await report(.warning, $0, $1) }
        table.add(.put, "agent/check/fail/") { try await report(.critical, $0, $1) }
        table.add(.put, "agent/check/update/", update)
    }

    @Sendable static func list(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let snapshot = directory.feed.snapshot
        let ofNode = (snapshot.nodeChecks[snapshot.ownNode] ?? []).map { CheckShape.check($0, service: nil) }
        let ofServices = snapshot.services(on: snapshot.ownNode).flatMap { entry in
            entry.checks.map { CheckShape.check($0, service: entry.service) }
        }
        let kept = try request.filtered(ofNode + ofServices, by: .check)
        return .json(.object(Dictionary(kept.map { ($0.text(of: "CheckID"), $0) }) { first, _ in first }))
    }

    @Sendable static func register(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let body = try CheckBody(await request.fields())
        let serviceID = try body.serviceID
        guard let name = try body.name ?? body.id else { throw HTTPRefusal.bad("Missing check name") }
        var check = try body.check(
            node: directory.feed.snapshot.ownNode, standardID: name, standardName: name, serviceID: serviceID)
        if let serviceID {
            guard let entry = directory.ownService(serviceID) else {
                throw HTTPRefusal.failed("ServiceID \"\(serviceID.excerpt())\" does not exist")
            }
            try directory.checkOwner(of: entry)
        }
        try directory.checkIsFree(check)
        if let found = directory.ownCheck(check.id)?.check, found.isSame(as: check) {
            (check.status, check.output, check.since, check.deadline) = (
                found.status, found.output, found.since, found.deadline
            )
        }
        try directory.store.putCheck(check)
        try await directory.refresh()
        return .empty
    }

    /// A check that is not there is removed already.
    @Sendable static func deregister(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        guard let (check, entry) = directory.ownCheck(request.rest) else { return .empty }
        try directory.checkOwner(of: entry)
        try directory.store.removeCheck(check.key)
        try await directory.refresh()
        return .empty
    }

    private static func report(
        _ status: HealthStatus, _ directory: Directory, _ request: ConsulRequest
    ) async throws -> Reply {
        try await set(CheckFinding(status, request.query["note"] ?? "", date: directory.now), directory, request)
    }

    @Sendable static func update(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let fields = try await request.fields()
        try fields.refuseOthers(than: ["Status", "Output"])
        let word = try fields.string("Status") ?? ""
        guard let status = HealthStatus(rawValue: word) else {
            throw HTTPRefusal.bad("Invalid check status: '\(word.excerpt())'")
        }
        let finding = CheckFinding(status, try fields.string("Output") ?? "", date: directory.now)
        return try await set(finding, directory, request)
    }

    /// Only a TTL check is told how it is; whoever says so has its whole time to live again.
    private static func set(
        _ finding: CheckFinding, _ directory: Directory, _ request: ConsulRequest
    ) async throws -> Reply {
        guard let check = directory.ownCheck(request.rest)?.check, case .ttl(let ttl) = check.definition.probe else {
            throw HTTPRefusal.failed("CheckID \"\(request.rest.excerpt())\" does not have associated TTL")
        }
        var finding = finding
        finding.output = finding.output.cut(to: maximumOutput)
        finding.deadline = finding.date.addingTimeInterval(ttl / .seconds(1))
        try directory.store.setStatus(finding, ofCheck: check.key)
        try await directory.refresh()
        return .empty
    }
}

extension Directory {
    /// The check with that id on this host, and the instance that it is about.
    func ownCheck(_ id: String) -> (check: Check, entry: ServiceEntry?)? {
        let snapshot = feed.snapshot
        if let check = snapshot.nodeChecks[snapshot.ownNode]?.first(where: { $0.id == id }) { return (check, nil) }
        for entry in snapshot.services.values.joined() where entry.service.node == snapshot.ownNode {
            if let check = entry.checks.first(where: { $0.id == id }) { return (check, entry) }
        }
        return nil
    }

    /// - Throws: 403 when the id of a check is in use for something else: nobody takes over a check by its id.
    func checkIsFree(_ check: Check) throws(HTTPRefusal) {
        if check.id.hasPrefix("_service_maintenance:") || check.id == Check.nodeMaintenanceID {
            throw .forbidden("The check ID '\(check.id.excerpt())' is that of the maintenance mode")
        }
        guard let (found, _) = ownCheck(check.id), found.serviceID != check.serviceID else { return }
        throw .forbidden("The check ID '\(check.id.excerpt())' belongs to another service")
    }
}

extension String {
    /// The beginning, in at most so many bytes.
    func cut(to maximum: Int) -> String {
        utf8.count <= maximum ? self : String(decoding: utf8.prefix(maximum), as: UTF8.self)
    }
}
