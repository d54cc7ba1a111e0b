public import CairnCore
public import CairnStore

extension Store {
    /// The namespace that keeps an app's options: a key for each phase, and `deploy.TYPE` for those of one process type,
    /// with an option on each line.
    public static let dockerOptionsNamespace = "docker-options"

    /// The options that were set for an app, sorted. Those of a process type are not among the others.
    public func dockerOptions(
        of app: AppName, for phase: DockerPhase, process: ProcessType? = nil
    ) throws(CairnError) -> [DockerOption] {
        let text = try property(
            Self.dockerOptionsNamespace, Self.dockerOptionsKey(phase, process), in: .app(app))
        var options: [DockerOption] = []
        for line in (text ?? "").split(separator: "\n") {
            // They were checked when they were set, so what is not known here was written by a newer Cairn.
            options += (try? DockerOption.parse(line: String(line), for: [phase])) ?? []
        }
        return options
    }

    /// Keeps the options, sorted, each once.
    public func setDockerOptions(
        _ options: [DockerOption], of app: AppName, for phase: DockerPhase, process: ProcessType? = nil
    ) throws(CairnError) {
        let lines = Set(options).sorted().map(\.description)
        try setProperty(
            Self.dockerOptionsNamespace, Self.dockerOptionsKey(phase, process), to: lines.joined(separator: "\n"),
            in: .app(app))
    }

    /// The process types that have options of their own.
    public func processesWithDockerOptions(of app: AppName) throws(CairnError) -> [ProcessType] {
        try properties(Self.dockerOptionsNamespace, in: .app(app)).keys
            .filter { $0.hasPrefix("deploy.") }
            .compactMap { try? ProcessType(validating: String($0.dropFirst("deploy.".count))) }
            .sorted()
    }

    private static func dockerOptionsKey(_ phase: DockerPhase, _ process: ProcessType?) -> String {
        process.map { "\(phase.rawValue).\($0)" } ?? phase.rawValue
    }
}
