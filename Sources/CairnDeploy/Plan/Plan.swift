public import CairnCore
public import CairnStore

/// The ordered steps that lead from what runs to what is wanted. It can be printed before it is applied.
public struct Plan: Sendable, Equatable {
    public var steps: [PlanStep]

    public init(steps: [PlanStep] = []) { self.steps = steps }

    /// Whether what runs is already what is wanted.
    public var isEmpty: Bool { steps.isEmpty }

    /// How much there is to do, for people: "2 steps".
    public var size: String { "\(steps.count) step\(steps.count == 1 ? "" : "s")" }

    /// The copies that are to be started anew.
    public var starts: [InstanceName] { steps.compactMap { if case .start(let name) = $0 { name } else { nil } } }

    /// The copies that are to run again at their addresses.
    public var repairs: [Instance] { steps.compactMap { if case .repair(let copy, _) = $0 { copy } else { nil } } }

    /// The running copies that are to be let go.
    public var retirements: [Instance] { steps.compactMap { if case .retire(let old) = $0 { old } else { nil } } }
}

/// One step of a plan.
public enum PlanStep: Sendable, Equatable, CustomStringConvertible {
    /// The app's own bridge network is not there.
    case makeNetwork
    /// A container that carries the app's labels but belongs to no row: what an interrupted deploy left.
    case removeContainer(id: String, reason: String)
    /// A candidate whose deploy is gone.
    case discard(Instance)
    /// A wanted copy whose container has stopped, or is missing, or is not at its reserved address.
    case repair(Instance, reason: String)
    /// A wanted copy that does not exist yet: a new candidate, gated before it counts.
    case start(InstanceName)
    /// A copy that is no longer wanted: it leaves the catalog, then stops after its time to drain.
    case retire(Instance)
    /// A retiring copy whose time is up.
    case stop(Instance)
    /// The catalog and the endpoints in nginx are not those of what runs.
    case publish

    public var description: String {
        switch self {
        case .makeNetwork: "make the app's network"
        case .removeContainer(let id, let reason): "remove container \(id.prefix(12)) (\(reason))"
        case .discard(let instance): "discard the unfinished \(instance.name) at \(instance.address)"
        case .repair(let instance, let reason): "bring back \(instance.name) at \(instance.address) (\(reason))"
        case .start(let name): "start \(name)"
        case .retire(let instance): "retire \(instance.name) at \(instance.address)"
        case .stop(let instance): "stop the retired \(instance.name) at \(instance.address)"
        case .publish: "publish the endpoints"
        }
    }
}
