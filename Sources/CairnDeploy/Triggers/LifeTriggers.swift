import CairnCore
import CairnNginx
import CairnPlugins
import CairnStore

/// What plugins are told of an app that runs: releases, copies, endpoints. All of it has happened already, so nothing that
/// a plugin does about it can fail the work.
struct LifeTriggers {
    let platform: Platform
    let app: App
    let reporter: any ProgressReporter

    private var name: String { app.name.rawValue }

    func created(_ release: Release) async {
        await tell(.releaseCreated, "v\(release.version)", release.imageID)
    }

    /// A release serves that takes up an old one.
    func rolledBack(_ release: Release) async {
        guard let target = release.content.rollbackOf else { return }
        await tell(.rolledBack, "v\(release.version)", "v\(target)")
    }

    func failed(buildID: String, _ error: CairnError) async {
        await tell(.deployFailed, [buildID, error.code.rawValue], input: error.message + "\n")
    }

    func scaled(_ quantities: [ProcessType: Int]) async {
        await tell(.scaled, quantities.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    }

    /// Copies have entered the catalog, and others have left it.
    func exchanged(_ old: [Instance], for new: [Instance]) async {
        for instance in new { await tell(.registered, "\(instance.name)", "\(instance.address)") }
        for instance in old { await tell(.deregistered, "\(instance.name)", "\(instance.address)") }
    }

    func switched(to release: Release, _ endpoints: [MappingKey: [Endpoint]]) async {
        let lines = endpoints.sorted { $0.key < $1.key }.map { key, endpoints in
            ([key.description] + endpoints.map(\.description)).joined(separator: " ") + "\n"
        }
        await tell(.endpointSwitched, ["v\(release.version)"], input: lines.joined())
    }

    func health(of instance: Instance, isPassing: Bool, _ reason: String) async {
        await tell(.healthChanged, "\(instance.name)", isPassing ? "passing" : "critical", reason)
    }

    private func tell(_ trigger: Trigger, _ arguments: String...) async { await tell(trigger, arguments) }

    private func tell(_ trigger: Trigger, _ arguments: [String], input: String = "") async {
        guard platform.triggers.isImplemented(trigger) else { return }
        var call = TriggerCall(trigger, [name] + arguments)
        call.input = input
        do { _ = try await platform.triggers.run(call, output: .shown, reporter: reporter) } catch {
            reporter.warning((error as? CairnError)?.message ?? "\(error)")
        }
    }
}
