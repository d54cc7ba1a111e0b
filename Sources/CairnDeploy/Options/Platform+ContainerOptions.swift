import CairnCore
import CairnPlugins
import CairnStore

extension Platform {
    /// The options of one container: those that were set for the app, and behind them what plugins answer. Options of its
    /// process type come after those of all.
    ///
    /// - Throws: `E-PLUGIN-ANSWER` for an answer that is none of docker's options.
    func containerOptions(
        of app: App, for use: ContainerUse, builder: String, reporter: any ProgressReporter
    ) async throws -> [DockerOption] {
        var options = try store.dockerOptions(of: app.name, for: use.phase)
        let place = Self.arguments(of: use)
        let name = app.name.rawValue
        options += try await askOptions(
            use == .run ? .dockerArgsRun : .dockerArgsDeploy, [name, Self.imageTag] + place, for: use.phase, reporter)
        if case .copy(let instance) = use {
            options += try store.dockerOptions(of: app.name, for: .deploy, process: instance.process)
        }
        options += try await askOptions(
            use == .run ? .dockerArgsProcessRun : .dockerArgsProcessDeploy,
            [name, SourceType.source(builder), Self.imageTag] + place, for: use.phase, reporter)
        return options.filter(use.takes)
    }

    /// Lets go of containers that no option of the app links it to any more.
    func partLinks(of app: App, release: Release, reporter: any ProgressReporter) async throws {
        let links = Links(platform: self, app: app)
        guard try links.haveBeenJoined else { return }
        var options = try store.dockerOptions(of: app.name, for: .deploy) + store.dockerOptions(of: app.name, for: .run)
        for process in try store.processesWithDockerOptions(of: app.name) {
            options += try store.dockerOptions(of: app.name, for: .deploy, process: process)
        }
        for process in release.processTypes {
            options += try await containerOptions(
                of: app, for: .copy(InstanceName(process: process, index: 1)), builder: release.content.builder,
                reporter: reporter)
        }
        try await links.part(except: options)
    }

    /// Under which tag plugins find an app's image.
    static let imageTag = "latest"

    private static func arguments(of use: ContainerUse) -> [String] {
        guard case .copy(let name) = use else { return [] }
        return [name.process.rawValue, "\(name.index)"]
    }

    /// Asks plugins for options of docker, and reads the answer like something that a person wrote. What has a meaning
    /// somewhere else only is passed over, as docker's own clients do for a build.
    func askOptions(
        _ trigger: Trigger, _ arguments: [String], for phase: DockerPhase, _ reporter: any ProgressReporter
    ) async throws -> [DockerOption] {
        guard triggers.isImplemented(trigger) else { return [] }
        let answer = try await triggers.run(
            TriggerCall(trigger, arguments), output: .returned, reporter: reporter)
        return try PluginAnswer(answer, to: trigger).options(for: phase)
    }
}
