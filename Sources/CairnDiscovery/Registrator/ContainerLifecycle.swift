public import DockerEngine
public import Foundation

/// What the engine's events and a container's state mean for its services. Pure.
///
/// An event is a hint only: it says which container is to be looked at, and what is found there decides. So nothing is
/// wrong for long when events come twice, late, in another order or not at all.
public enum ContainerLifecycle {
    /// What is to be done about an event.
    public enum Reaction: Sendable, Equatable {
        case nothing
        /// Look at the container.
        case inspect(containerID: String)
        /// It has been told to stop, and must get no more work from now on.
        case drain(containerID: String)
        /// It is gone; there is nothing to look at.
        case remove(containerID: String)
    }

    /// The engine's filter for the events that matter: without it each health check sends three more.
    public static let eventFilters: [String: [String]] = [
        "type": ["container", "network"],
        "event": [
            "start", "die", "oom", "pause", "unpause", "rename", "kill", "stop", "restart", "destroy", "health_status",
            "update", "connect", "disconnect",
        ],
    ]

    /// - Parameter stopSignal: `Config.StopSignal` of a container, where it is known.
    public static func reaction(to event: EngineEvent, stopSignal: (String) -> String? = { _ in nil }) -> Reaction {
        switch (event.type, event.actionName) {
        case ("container", "start"), ("container", "die"), ("container", "oom"), ("container", "pause"),
            ("container", "unpause"), ("container", "rename"), ("container", "stop"), ("container", "restart"),
            ("container", "health_status"), ("container", "update"):
            event.actorID.isEmpty ? .nothing : .inspect(containerID: event.actorID)
        case ("container", "kill"): killed(event, stopSignal: stopSignal(event.actorID))
        case ("container", "destroy"): event.actorID.isEmpty ? .nothing : .remove(containerID: event.actorID)
        case ("network", "connect"), ("network", "disconnect"):
            event.attributes["container"].map { $0.isEmpty ? .nothing : .inspect(containerID: $0) } ?? .nothing
        default: .nothing
        }
    }

    /// Stopping begins with the container's stop signal and may end with SIGKILL. Other signals are messages to the
    /// program, such as to read its configuration again.
    private static func killed(_ event: EngineEvent, stopSignal: String?) -> Reaction {
        guard !event.actorID.isEmpty, let signal = event.attributes["signal"].flatMap(Signal.number) else {
            return .nothing
        }
        let stop = stopSignal.flatMap(Signal.number) ?? Signal.terminate
        return signal == stop || signal == Signal.kill ? .drain(containerID: event.actorID) : .nothing
    }

    /// Whether a container has services.
    public enum Presence: Sendable, Equatable {
        /// It has; how it fares is its check's matter.
        case registered
        /// It failed, and its services stay to tell so until then; nil for as long as it exists.
        case keptCritical(until: Date?)
        /// It has none; completes "The container …".
        case absent(String)
    }

    /// Decides by what the engine says of a container.
    public static func presence(
        of container: ContainerInspect, settings: RegistratorSettings, now: Date
    ) -> Presence {
        let state = container.state
        if state.isUp { return .registered }
        switch state.status {
        case .created: return .absent("was never started")
        case .removing, .dead: return .absent("is being removed")
        case .running, .paused: return .registered
        case .restarting, .exited, .unknown: return ended(state, settings: settings, now: now)
        }
    }

    private static func ended(_ state: ContainerState, settings: RegistratorSettings, now: Date) -> Presence {
        let end = "ended with status \(state.exitCode)"
        guard case .onSuccess(let time) = settings.options.deregistration else { return .absent(end) }
        // Its restart policy is at work; it ends with 0 often enough when that is "always".
        if state.status == .restarting { return .registered }
        guard isCrash(state, isStrict: settings.options.isStrict) else { return .absent(end) }
        guard let time, let finished = state.finishedAt else { return .keptCritical(until: nil) }
        let until = Date(timeIntervalSince1970: Double(finished.seconds)).addingTimeInterval(time / .seconds(1))
        return now < until ? .keptCritical(until: until) : .absent("\(end), and its time is over")
    }

    /// It ended by itself with a failure. Registrator takes the bit of 128 for a signal, and so 255 as well, which
    /// programs give for "-1"; Cairn looks for real signals. What the kernel kills for want of memory has failed too.
    private static func isCrash(_ state: ContainerState, isStrict: Bool) -> Bool {
        if isStrict { return state.exitCode != 0 && state.exitCode & 128 == 0 }
        return state.oomKilled || (state.exitCode != 0 && !(129...192).contains(state.exitCode))
    }
}
