import ArgumentParser
import CairnCore
import CairnDeploy
import CairnNginx
import CairnStore
import DockerEngine

struct PsWhy: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ps:why", "Tell on one page why an app serves, or does not.",
        discussion: "From what is wanted over what runs to what nginx sends requests to; the last line says what to do."
    )

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let diagnosis = Diagnosis(app: app, context: context, platform: try context.platform())
        let findings = try await diagnosis.findings()
        context.output.headline("\(app.name): \(findings.isEmpty ? "serves" : "has a problem")")
        for (label, text) in try await diagnosis.facts() {
            context.output.line("       " + "\(label):".padded(to: 16) + text.visible)
        }
        for finding in findings { context.output.notice(finding) }
    }
}

/// Looks at an app from the wish down to the request.
struct Diagnosis {
    let app: App
    let context: CommandContext
    let platform: Platform

    /// What there is to see, by label.
    func facts() async throws -> [(String, String)] {
        let store = try context.store()
        var rows = [("Wanted", app.desiredState == .running ? "running" : "stopped with ps:stop")]
        if let release = try store.currentRelease(of: app) {
            rows.append(("Release", "v\(release.version) of \(release.createdAt.rfc3339): \(release.description)"))
        } else {
            rows.append(("Release", "none"))
        }
        if let holder = platform.deployLock(of: app).holder {
            rows.append(("In progress", "\(holder.operation) by \(holder.actor) since \(holder.since.rfc3339)"))
        }
        if let failed = try store.builds(of: app).first(where: { $0.status == .failed }) {
            rows.append(("Failed deploy", "\(failed.source) \(failed.id) at \(failed.startedAt.rfc3339)"))
        }
        for event in try store.events(app: app.name, limit: 200).filter({ $0.kind == "health-changed" }).suffix(3) {
            rows.append(("Health", "\(event.at.rfc3339) \(event.message)"))
        }
        if case .success(let status) = await status() {
            rows += status.instances.map {
                ("\($0.instance.name)", "\($0.state) at \($0.instance.address), \($0.detail)")
            }
        }
        let domains = try store.domains(of: app).map(\.rawValue)
        rows.append(("Domains", domains.isEmpty ? "none" : domains.joined(separator: " ")))
        rows.append(("Catalog", Self.text(try platform.endpoints(of: app))))
        rows.append(("nginx", await published().map(Self.text) ?? "does not answer"))
        return rows
    }

    /// What is wrong, each with what to do about it; empty when nothing is.
    func findings() async throws -> [String] {
        let name = app.name
        guard app.isDeployed else {
            return ["It has never been deployed: git push it, or see 'cairn logs:failed \(name)'."]
        }
        guard app.desiredState == .running else { return ["It is stopped: 'cairn ps:start \(name)' starts it."] }
        var findings: [String] = []
        switch await status() {
        case .failure(let error): findings.append("\(error). Start the engine; what runs is served meanwhile.")
        case .success(let status):
            if status.instances.isEmpty { findings.append("It is scaled to nothing: 'cairn ps:scale \(name) web=1'.") }
            for one in status.instances where one.state != "running" {
                let detail = one.detail.isEmpty ? one.state : one.detail
                findings.append(
                    "\(one.instance.name) does not run (\(detail)): see 'cairn logs \(name) --ps \(one.instance.name)', "
                        + "then 'cairn reconcile \(name)'.")
            }
        }
        if try context.store().domains(of: app).isEmpty {
            findings.append("It has no domain: 'cairn domains:add \(name) www.example.com'.")
        }
        let wanted = try platform.endpoints(of: app).filter { !$0.value.isEmpty }
        if wanted.isEmpty { findings.append("No copy of it may be given requests, so nginx answers 503.") }
        if let published = await published() {
            if published.filter({ !$0.value.isEmpty }) != wanted {
                findings.append(
                    "nginx serves other containers than the catalog says: 'cairn reconcile \(name)' mends it.")
            }
        } else {
            findings.append("nginx does not answer: 'systemctl status nginx' tells why.")
        }
        return findings
    }

    private func status() async -> Result<AppStatus, CairnError> {
        do { return .success(try await platform.status(of: app)) } catch {
            return .failure(error as? CairnError ?? CairnError(.engineFailed, "\(error)"))
        }
    }

    private func published() async -> [MappingKey: [Endpoint]]? { try? await platform.nginx.endpoints(for: app.name) }

    private static func text(_ endpoints: [MappingKey: [Endpoint]]) -> String {
        let parts = endpoints.sorted { $0.key < $1.key }.map { key, endpoints in
            "\(key) → " + (endpoints.isEmpty ? "nothing" : endpoints.map(\.description).joined(separator: " "))
        }
        return parts.isEmpty ? "nothing" : parts.joined(separator: "; ")
    }
}
