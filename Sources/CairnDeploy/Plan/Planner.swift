public import CairnCore
public import CairnStore
public import struct Foundation.Date

/// What the engine says about one container of an app.
public struct ActualContainer: Sendable, Equatable {
    public let id: String
    /// The row that it carries in its labels.
    public let instanceID: Int64?
    public let isRunning: Bool
    /// Its address in the app's network, while it runs.
    public let address: IPv4Address?

    public init(id: String, instanceID: Int64?, isRunning: Bool, address: IPv4Address?) {
        self.id = id
        self.instanceID = instanceID
        self.isRunning = isRunning
        self.address = address
    }
}

/// Computes plans. Pure: the same rows and the same containers always give the same plan.
public struct Planner: Sendable {
    /// The copies that should run.
    public var wanted: [InstanceName]
    /// Process types whose running copies are to be replaced by new ones, as a deploy or a restart does.
    public var replaced: Set<ProcessType>
    /// The app's rows and containers.
    public var instances: [Instance]
    public var containers: [ActualContainer]
    public var networkExists: Bool
    public var now: Date

    public init(
        wanted: [InstanceName], replaced: Set<ProcessType> = [], instances: [Instance], containers: [ActualContainer],
        networkExists: Bool, now: Date
    ) {
        self.wanted = wanted
        self.replaced = replaced
        self.instances = instances
        self.containers = containers
        self.networkExists = networkExists
        self.now = now
    }

    public func plan() -> Plan {
        var steps: [PlanStep] = []
        if !networkExists && !wanted.isEmpty { steps.append(.makeNetwork) }
        steps += orphans()
        steps += instances.filter { $0.state == .candidate }.map(PlanStep.discard)
        steps += repairs()
        steps += starts()
        steps += retirements()
        steps += instances.filter { isDue($0) }.map(PlanStep.stop)
        return Plan(steps: steps)
    }

    private var live: [Instance] { instances.filter { $0.state == .live } }

    /// The live rows that stay, one for each wanted name.
    private var kept: [InstanceName: Instance] {
        var kept: [InstanceName: Instance] = [:]
        let names = Set(wanted)
        for instance in live
        where names.contains(instance.name) && !replaced.contains(instance.name.process) && kept[instance.name] == nil {
            kept[instance.name] = instance
        }
        return kept
    }

    private func orphans() -> [PlanStep] {
        let known = Set(instances.map(\.id))
        return containers.filter { $0.instanceID.map(known.contains) != true }
            .map { .removeContainer(id: $0.id, reason: "left by an interrupted deploy") }
    }

    private func repairs() -> [PlanStep] {
        let kept = kept
        return wanted.compactMap { kept[$0] }.compactMap { instance in
            guard let container = containers.first(where: { $0.instanceID == instance.id }) else {
                return .repair(instance, reason: "its container is missing")
            }
            if !container.isRunning { return .repair(instance, reason: "its container has stopped") }
            if container.address != instance.address {
                return .repair(instance, reason: "its container is not at its address")
            }
            return nil
        }
    }

    private func starts() -> [PlanStep] {
        let kept = kept
        return wanted.filter { kept[$0] == nil }.map(PlanStep.start)
    }

    private func retirements() -> [PlanStep] {
        let keptIDs = Set(kept.values.map(\.id))
        return live.filter { !keptIDs.contains($0.id) }.map(PlanStep.retire)
    }

    private func isDue(_ instance: Instance) -> Bool {
        instance.state == .retiring && (instance.retireAt ?? now) <= now
    }
}
