import CairnCore
import CairnStore

/// What a container of an app is made for, which decides whose options it gets.
enum ContainerUse: Sendable, Equatable {
    /// A copy of a process.
    case copy(InstanceName)
    /// A command of a deploy, by its name: `release`, `predeploy`, …
    case task(String)
    /// A command of `run`.
    case run

    var phase: DockerPhase { self == .run ? .run : .deploy }

    /// As plugins know it.
    var phaseName: String {
        switch self {
        case .copy: "deploy"
        case .task(let name): name
        case .run: "run"
        }
    }

    /// The names under which it is found in networks that are not the app's own.
    func aliases(in app: App) -> [String] {
        guard case .copy(let name) = self else { return [] }
        return ["\(app.name).\(name.process)"]
    }

    /// Whether an option has a meaning here. Tasks run beside the copies: they take neither their ports nor their limits.
    /// What is restarted is decided for copies only, as the others are to end.
    func takes(_ option: DockerOption) -> Bool {
        switch (self, option.setting) {
        case (.copy, _): true
        case (_, .restart): false
        case (.run, _): true
        case (.task, .memory), (.task, .memorySwap), (.task, .memoryReservation), (.task, .processors),
            (.task, .graphics), (.task, .publish):
            false
        case (.task, _): true
        }
    }
}

/// How plugins name what an image was built from.
enum SourceType {
    /// The builders of Cairn that plugins know by another name.
    private static let names = ["buildpacks": "herokuish", "buildpack": "herokuish"]

    /// The builder as plugins know it.
    static func builder(_ name: String) -> String { names[name] ?? name }

    /// `herokuish`, `pack` or `dockerfile`.
    static func source(_ builder: String) -> String {
        let name = Self.builder(builder)
        return ["herokuish", "pack"].contains(name) ? name : "dockerfile"
    }
}
