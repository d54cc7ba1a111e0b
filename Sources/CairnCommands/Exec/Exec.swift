import ArgumentParser
import CairnCatalog
import CairnCore
import CairnDeploy
import CairnDiscovery
import CairnStore
import Foundation

struct Exec: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "exec", "Run a program of this host and register it as a service for as long as it runs.",
        usage: "--service <name>:<port> [--tag <tag>]... [--check <check>] [--address <address>] -- <command>...",
        discussion: """
            The program gets the signals and its exit status is this command's. Should this command be killed, the service \
            turns critical within the time of --ttl.
            """)
    static let takesApp = false
    // The program is the caller's, not the owner's of the state root.
    static let access = CommandAccess.localAsCaller

    @Option(help: "The service's name and its port: web:8080.") var service: String
    @Option(help: "Where it is reached; this host's address without it.") var address: String?
    @Option(help: "Tells instances of the same name apart.") var id: String?
    @Option(help: "A tag; may be repeated.") var tag: [String] = []
    @Option(help: "A fact, as KEY=VALUE; may be repeated.") var meta: [String] = []
    @Option(help: "A check beside that the program runs: tcp, http:/path, https:/path.") var check: String?
    @Option(help: "How soon a killed command is noticed, in seconds.") var ttl = 15
    @Argument(parsing: .postTerminator, help: "The program and its arguments.") var command: [String] = []

    func run(in context: CommandContext) async throws {
        guard let program = command.first, !program.isEmpty else {
            throw CairnError(
                .usage, "No command was given", hint: "Put it behind two dashes: cairn exec --service web:8080 -- CMD")
        }
        guard (3...3600).contains(ttl) else {
            throw CairnError(.invalidValue, "\(ttl) is no --ttl", hint: "Use 3 to 3600 seconds.")
        }
        let store = try context.store()
        let platform = try context.platform()
        let registration = try registration(store)
        // The program is started first: what cannot be started is never found.
        let child = try ChildProcess(command)
        try store.register([registration])
        platform.ringDaemon()
        let status = try await attend(child, registration.checks[0].key, store)
        try store.deregister([registration.service.key])
        platform.ringDaemon()
        if status != 0 { throw ExitStatus(status) }
    }

    private func registration(_ store: Store) throws -> ServiceRegistration {
        let parts = service.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = Int(parts[1]), (0...65535).contains(port) else {
            throw CairnError(
                .invalidValue, "'\(service.excerpt())' names no service and port", hint: "Write it as web:8080.")
        }
        let name = try ServiceName(validating: String(parts[0]))
        try name.refuseReserved(in: store)
        let node = try store.ownNode()
        let process = ProcessInfo.processInfo.processIdentifier
        let record = Service(
            node: node.name,
            id: try id.map { try ServiceText.checked($0, "The id") } ?? "\(node.name):exec.\(process):\(port)",
            name: name.rawValue, tags: try tag.map { try ServiceText.checked($0, "The tag") },
            meta: try ServiceText.pairs(meta), address: try address.map(ServiceText.address) ?? node.address,
            port: port, origin: .process)
        let alive = Check(
            node: node.name, id: "service:\(record.id)", serviceID: record.id, name: "Process", status: .passing,
            output: "runs as \(process)",
            // What was killed with its host is not kept for ever.
            definition: Check.Definition(probe: .ttl(.seconds(ttl)), deregisterAfter: .seconds(3600)),
            deadline: Date().addingTimeInterval(Double(ttl)))
        var checks = [alive]
        if let check {
            var second = try CheckText(parsing: check, at: record).check
            second.id += ":2"
            checks.append(second)
        }
        return ServiceRegistration(service: record, checks: checks)
    }

    /// Renews the registration as long as the program runs.
    private func attend(_ child: ChildProcess, _ check: Service.Key, _ store: Store) async throws -> Int32 {
        try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask { await child.exitStatus() }
            group.addTask {
                while true {
                    try await ContinuousClock().sleep(for: .seconds(ttl) / 3)
                    let deadline = Date().addingTimeInterval(Double(ttl))
                    let finding = CheckFinding(.passing, "runs as \(child.processID)", deadline: deadline)
                    // A store that is busy is tried again in time.
                    _ = try? store.setStatus(finding, ofCheck: check)
                }
            }
            defer { group.cancelAll() }
            while let result = try await group.next() { if let status = result { return status } }
            return 1
        }
    }
}

extension Namespace {
    static let exec = Namespace("exec", "Run a program as a service", bare: Exec.self, [Exec.self])
}
