import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

/// The words of the commands that change options: the app, the phases, the options, and the process types they are for.
struct DockerOptionLine {
    let app: App
    let phases: Set<DockerPhase>
    /// Empty for options of all process types.
    let processes: [ProcessType]
    let options: [DockerOption]

    /// - Parameter verb: Completes "Please specify docker options to … the phase".
    /// - Throws: `E-USAGE`, `E-INVALID-VALUE`, `E-APP-NOT-FOUND`.
    init(
        app: String, phases: String, words: [String], processes: [String], verb: String, _ context: CommandContext
    ) throws {
        var words = words
        var processes = processes
        // Also behind the options, as the last two words.
        if words.count >= 2, words[words.count - 2] == "--process" {
            processes.append(words.removeLast())
            words.removeLast()
        } else if let last = words.last, last.hasPrefix("--process=") {
            processes.append(String(words.removeLast().dropFirst("--process=".count)))
        }
        self.phases = try DockerPhase.list(parsing: phases)
        self.processes = try Self.processTypes(processes, self.phases)
        options = try DockerOption.parse(arguments: words, for: self.phases)
        guard !options.isEmpty else {
            throw CairnError(
                .usage, "Please specify docker options to \(verb) the phase", hint: "Such as: -v /srv/data:/data")
        }
        self.app = try context.app(app)
    }

    /// - Throws: `E-USAGE` for names that cannot be, or with a phase other than deploy.
    static func processTypes(_ names: [String], _ phases: Set<DockerPhase>) throws(CairnError) -> [ProcessType] {
        var types: [ProcessType] = []
        for name in names {
            guard !name.isEmpty else { throw CairnError(.usage, "--process value must not be empty") }
            guard name != "_default_" else {
                throw CairnError(.usage, "\"_default_\" is reserved and cannot be used as a --process value")
            }
            types.append(try ProcessType(validating: name))
        }
        if !types.isEmpty, let other = phases.subtracting([.deploy]).min() {
            throw CairnError(
                .usage, "--process is only supported for the deploy phase, got \"\(other.rawValue)\"",
                hint: "Name the phase deploy alone.")
        }
        return types
    }

    /// Changes every list that is meant.
    func change(_ context: CommandContext, _ body: ([DockerOption]) -> [DockerOption]) throws {
        let store = try context.store()
        try warn(store, context.output)
        for phase in phases.sorted() {
            for process in processes.isEmpty ? [nil] : processes.map(Optional.some) {
                let old = try store.dockerOptions(of: app.name, for: phase, process: process)
                try store.setDockerOptions(body(old), of: app.name, for: phase, process: process)
            }
        }
    }

    private func warn(_ store: Store, _ output: Output) throws {
        let declared = try store.currentRelease(of: app)?.processTypes
        for process in processes where declared?.contains(process) == false {
            output.warning("Process type \"\(process)\" is not declared in the Procfile for \(app.name)")
        }
        guard phases == [.build] else { return }
        for option in options where !option.phases.contains(.build) {
            output.warning("\(option.name) has no effect on a build")
        }
    }
}
