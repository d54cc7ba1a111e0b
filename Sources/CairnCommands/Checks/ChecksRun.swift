import ArgumentParser
import CairnCatalog
import CairnChecks
import CairnCore
import CairnDeploy
import CairnStore

struct ChecksRun: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "checks:run", "Make the health checks of an app's running copies now, and show what they find.",
        usage: "<app> [<process>[.<number>]...] [--format <format>]",
        discussion: """
            Changes nothing: what the daemon knows is in services:health. An app without readiness or liveness checks is \
            tried at its port. The exit status is 1 when a check fails.
            """)

    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String
    @Argument(help: "Only these processes or copies.") var processes: [String] = []

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let catalog = try context.store().catalog()
        let entries = catalog.entries.filter { $0.service.appInstance?.appID == app.id && isWanted($0) }
        guard !entries.isEmpty else {
            throw CairnError(
                .notDeployed, "\(app.name) runs no such copy",
                hint: "'cairn ps:report \(app.name)' shows what it runs.")
        }
        if !format.isJSON { context.output.step("Running pre-flight checks") }
        let prober = Prober(engine: try context.platform().engine)
        var results: [(copy: String, check: String, outcome: ProbeOutcome)] = []
        for entry in entries {
            for (name, definition) in Self.checks(of: entry) {
                let copy = entry.service.appInstance.map { "\($0.name)" } ?? entry.service.id
                let outcome = await prober.run(definition)
                results.append((copy, name, outcome))
                guard !format.isJSON else { continue }
                context.output.detail("\(copy) \(name): \(outcome.status.rawValue)  \(outcome.output.excerpt(120))")
            }
        }
        await prober.close()
        if format.isJSON {
            context.output.json(
                .array(
                    results.map {
                        [
                            "copy": .string($0.copy), "check": .string($0.check),
                            "status": .string($0.outcome.status.rawValue), "output": .string($0.outcome.output),
                        ]
                    }))
        }
        if results.contains(where: { $0.outcome.status == .critical }) { throw ExitStatus(1) }
    }

    private func isWanted(_ entry: ServiceEntry) -> Bool {
        guard let name = entry.service.appInstance?.name else { return false }
        return processes.isEmpty || processes.contains(name.process.rawValue) || processes.contains("\(name)")
    }

    /// The checks that can be made of an instance; of one without any, whether its port accepts connections.
    private static func checks(of entry: ServiceEntry) -> [(String, Check.Definition)] {
        let made = entry.checks.filter { check in
            switch check.definition.probe {
            case .http, .tcp, .grpc, .script: true
            case .ttl, .engine, .maintenance, .external: false
            }
        }
        guard made.isEmpty, entry.service.port != 0 else { return made.map { ($0.name, $0.definition) } }
        return [("listening", Check.Definition(probe: .tcp(host: entry.address, port: entry.service.port)))]
    }
}
