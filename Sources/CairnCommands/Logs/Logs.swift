import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore

struct Logs: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "logs", "Show what the processes of an app write.",
        discussion: """
            Shows the last lines of each running or stopped copy in the order of time. With --tail it goes on until Ctrl-C, \
            also with the copies that a later deploy, restart or scale starts.
            """)

    @OptionGroup var options: LogOptionGroup
    @Option(
        name: [.customShort("p"), .customLong("ps")], help: "Only this process type, or this copy of it: web, web.1.")
    var process: String?
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let wanted = try process.map(Enter.selection)
        let platform = try context.platform()
        let details = [process ?? "", "\(options.follows)", "\(!options.quiet)", "\(options.count)"]
        if try await context.delegates(.schedulerLogs, of: app, details) { return }
        guard let release = try context.store().currentRelease(of: app) else {
            throw CairnError(
                .notDeployed, "App \(app.name) has not been deployed",
                hint: "'cairn logs:failed \(app.name)' shows the log of a deploy that failed.")
        }
        if let wanted, !release.processTypes.contains(wanted.process) {
            throw CairnError(
                .notFound, "\(app.name) has no process type \(wanted.process)",
                hint: "It has these: \(release.processTypes.map(\.rawValue).joined(separator: ", ")).")
        }
        let sources = try await platform.status(of: app).instances.compactMap { status -> LogSource? in
            guard let id = status.containerID, Self.matches(status.instance.name, wanted) else { return nil }
            return LogSource(containerID: id, label: "app[\(status.instance.name)]")
        }
        if sources.isEmpty && !options.follows {
            return context.output.warning("No container of \(app.name) is there; see 'cairn ps:report \(app.name)'")
        }
        let reader = LogReader(platform: platform, options: options)
        let newcomers = try newcomers(of: app, wanted, context)
        let printer = LogPrinter(console: context.console, options: options)
        try await context.cancellable { try await reader.show(sources, follow: newcomers, printer) }
    }

    /// The containers of the app's copies, whichever deploy starts them.
    private func newcomers(
        of app: App, _ wanted: (process: ProcessType, index: Int?)?, _ context: CommandContext
    ) throws -> LogReader.Newcomers {
        LogReader.Newcomers(
            labels: [
                "cairn.root=\(try context.store().installationID())", "cairn.app-id=\(app.id)", "cairn.kind=instance",
            ],
            source: { id, labels in
                guard let process = labels["cairn.process"].flatMap({ try? ProcessType(validating: $0) }),
                    let index = labels["cairn.index"].flatMap(Int.init)
                else { return nil }
                let name = InstanceName(process: process, index: index)
                return Self.matches(name, wanted) ? LogSource(containerID: id, label: "app[\(name)]") : nil
            })
    }

    private static func matches(_ name: InstanceName, _ wanted: (process: ProcessType, index: Int?)?) -> Bool {
        guard let wanted else { return true }
        return name.process == wanted.process && (wanted.index ?? name.index) == name.index
    }
}
