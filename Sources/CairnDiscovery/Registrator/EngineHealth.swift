public import CairnCatalog
import CairnCore
public import DockerEngine

/// What the engine says of a container, as the status of a check.
public struct EngineHealth: Sendable, Equatable {
    public var status: HealthStatus
    /// What is wrong, or that nothing is.
    public var output: String

    static let maximumOutput = 4096

    /// Reads the state that the engine reports.
    /// - Parameter isDraining: It has been asked to stop and must get no more work.
    public init(_ state: ContainerState, isDraining: Bool = false) {
        (status, output) = Self.read(state, isDraining: isDraining)
    }

    private static func read(_ state: ContainerState, isDraining: Bool) -> (HealthStatus, String) {
        switch state.status {
        case .running where isDraining: (.critical, "is being stopped")
        case .running: health(state)
        case .paused: (.critical, "is paused")
        case .restarting: (.critical, "is restarted after it \(end(state))")
        case .exited, .dead: (.critical, end(state))
        case .created: (.critical, "was never started")
        case .removing: (.critical, "is being removed")
        case .unknown: state.running ? health(state) : (.critical, end(state))
        }
    }

    private static func health(_ state: ContainerState) -> (HealthStatus, String) {
        guard let health = state.health else { return (.passing, "is running") }
        switch health.status {
        case "starting": return (.critical, "starting")
        case "unhealthy":
            let output = (health.log.last?.output ?? "").excerptOfLines(maximumOutput)
            return (.critical, output.isEmpty ? "unhealthy" : output)
        case "healthy": return (.passing, "healthy")
        default: return (.passing, "is running")
        }
    }

    private static func end(_ state: ContainerState) -> String {
        var text = "ended with status \(state.exitCode)"
        if state.oomKilled { text += ": the kernel killed it because its memory was used up" }
        return text
    }
}

extension String {
    /// Cut after so many characters, without blank ends; lines stay lines.
    fileprivate func excerptOfLines(_ maximum: Int) -> String {
        var scalars = unicodeScalars.prefix(maximum)
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }
}
