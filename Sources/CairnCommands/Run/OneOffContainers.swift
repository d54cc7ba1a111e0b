import CairnCore
import CairnDeploy
import CairnStore
import DockerEngine

/// Which one-off containers `run:stop` and `run:logs` are about: all of an app, or one by its name.
struct OneOffSelection {
    let app: String?
    let container: String?

    /// - Throws: `E-USAGE` without either, `E-NOT-FOUND` for a name that no one-off container has.
    func find(in context: CommandContext) async throws -> [ContainerSummary] {
        guard app != nil || container != nil else {
            throw CairnError(
                .usage, "No container or app specified", hint: "Name an app, or a container with --container.")
        }
        let all = try await context.platform().oneOffs(of: app.map(context.app))
        guard let container else { return all }
        guard let found = all.first(where: { $0.names.contains(container) || $0.id == container }) else {
            throw CairnError(
                .notFound, "There is no one-off container \(container.excerpt())\(app.map { " of \($0)" } ?? "")",
                hint: "Run 'cairn run:list \(app ?? "APP")' to see what runs.")
        }
        return [found]
    }
}

extension ContainerSummary {
    /// The name without that of this installation, which goes before it where several share an engine.
    var displayName: String { names.first ?? String(id.prefix(12)) }
}
