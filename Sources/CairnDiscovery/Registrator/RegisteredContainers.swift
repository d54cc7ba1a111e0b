import CairnCatalog
public import DockerEngine
public import Foundation

/// What is known of the containers of a host, and what follows from it for the catalog.
///
/// Each look at the engine has a number, taken before the look: what was seen earlier never takes the place of what was
/// seen later, in whichever order the answers arrive. A value for one writer.
public struct RegisteredContainers: Sendable {
    private struct Entry {
        var observation: Registrator.Observation
        var look: UInt64
        var registration = Registrator.Registration()
    }

    /// That a container has been told to stop, in the run that began then.
    private struct Draining {
        var run: EngineTimestamp?
        var since: Date
    }

    public var settings: RegistratorSettings
    public let node: String
    /// A container that has survived its signal for so long is not being stopped.
    public let drainingLimit: Duration

    private var entries: [String: Entry] = [:]
    private var draining: [String: Draining] = [:]
    private var removed: [String: UInt64] = [:]
    private var lastLook: UInt64 = 0

    public init(settings: RegistratorSettings, node: String, drainingLimit: Duration = .seconds(120)) {
        self.settings = settings
        self.node = node
        self.drainingLimit = drainingLimit
    }

    /// The number for a look that begins now.
    public mutating func beginLook() -> UInt64 {
        lastLook += 1
        return lastLook
    }

    /// Takes what was seen of a container.
    public mutating func observe(_ observation: Registrator.Observation, look: UInt64, now: Date) {
        put(observation, look: look)
        settle(now: now, touching: [observation.container.id])
    }

    /// Takes that a container does not exist.
    public mutating func remove(_ id: String, look: UInt64, now: Date) {
        if let entry = entries[id], entry.look > look { return }
        let names = entries.removeValue(forKey: id).map { [$0.observation.container.name] } ?? []
        draining[id] = nil
        removed[id] = look
        settle(now: now, touching: [id] + names)
    }

    /// Takes that a container has been told to stop.
    public mutating func drain(_ id: String, now: Date) {
        guard let entry = entries[id] else { return }
        draining[id] = Draining(run: entry.observation.container.state.startedAt, since: now)
        settle(now: now, touching: [id])
    }

    /// Takes all containers there are, stopped ones included.
    public mutating func reconcile(_ all: [Registrator.Observation], look: UInt64, now: Date) {
        let present = Set(all.map(\.container.id))
        for (id, entry) in entries where entry.look <= look && !present.contains(id) {
            entries[id] = nil
            draining[id] = nil
        }
        for observation in all { put(observation, look: look) }
        removed = removed.filter { $0.value > look }
        settle(now: now, touching: nil)
    }

    private mutating func put(_ observation: Registrator.Observation, look: UInt64) {
        let id = observation.container.id
        if let entry = entries[id], entry.look > look { return }
        // Ids are never used again.
        if let last = removed[id], last >= look { return }
        entries[id] = Entry(observation: observation, look: look)
    }

    // MARK: What follows

    /// Derives the rows again whose time has come; call it now and then.
    public mutating func expire(now: Date) { settle(now: now, touching: nil) }

    /// - Parameter ids: The containers that have changed, by id or name; nil for all.
    private mutating func settle(now: Date, touching ids: [String]?) {
        for (id, mark) in draining {
            let state = entries[id]?.observation.container.state
            let isOver = mark.since.addingTimeInterval(drainingLimit / .seconds(1)) <= now
            if state?.isUp != true || state?.startedAt != mark.run || isOver { draining[id] = nil }
        }
        for id in entries.keys.filter({ ids == nil || dependsOn(ids ?? [], $0) }) {
            guard let entry = entries[id] else { continue }
            let registration = Registrator.registration(
                of: entry.observation, settings: settings, node: node, isDraining: draining[id] != nil, now: now,
                other: container)
            entries[id]?.registration = registration
        }
    }

    private func dependsOn(_ ids: [String], _ id: String) -> Bool {
        if ids.contains(id) { return true }
        guard let container = entries[id]?.observation.container, case .container(let other) = NetworkMode(container)
        else { return false }
        return ids.contains(other) || self.container(other).map { ids.contains($0.id) } ?? false
    }

    /// The container with that id or name.
    public func container(_ reference: String) -> ContainerInspect? {
        if let entry = entries[reference] { return entry.observation.container }
        return entries.values.lazy.map(\.observation.container).first { $0.name == reference }
    }

    /// The ids of the containers that are known.
    public var ids: Set<String> { Set(entries.keys) }

    /// What a container gives to the catalog now. Where two claim one id, the older container has it.
    public func registration(of id: String) -> Registrator.Registration {
        guard let entry = entries[id] else { return Registrator.Registration() }
        let mine = Set(entry.registration.services.map(\.id))
        let taken = entries.values.reduce(into: Set<String>()) { taken, other in
            guard other.observation.container.isBefore(entry.observation.container) else { return }
            taken.formUnion(other.registration.services.lazy.map(\.id).filter(mine.contains))
        }
        return entry.registration.without(taken)
    }

    /// The same for all containers together.
    public var registration: Registrator.Registration {
        var result = Registrator.Registration()
        var taken = Set<String>()
        let entries = entries.values.sorted { $0.observation.container.isBefore($1.observation.container) }
        for entry in entries {
            let registration = entry.registration.without(taken)
            taken.formUnion(registration.services.map(\.id))
            result.services += registration.services
            result.checks += registration.checks
            result.notes += registration.notes
        }
        return result
    }
}

extension ContainerInspect {
    fileprivate func isBefore(_ other: ContainerInspect) -> Bool {
        let never = EngineTimestamp(seconds: .max)
        return (created ?? never, id) < (other.created ?? never, other.id)
    }
}

extension Registrator.Registration {
    fileprivate func without(_ ids: Set<String>) -> Self {
        var result = self
        for service in services where ids.contains(service.id) {
            result.notes.append(.init(.refused, "The id '\(service.id)' is that of an older container."))
        }
        result.services.removeAll { ids.contains($0.id) }
        result.checks.removeAll { $0.serviceID.map(ids.contains) ?? false }
        return result
    }
}
