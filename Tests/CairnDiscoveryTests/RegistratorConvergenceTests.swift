import CairnCatalog
import CairnCore
import CairnDiscovery
import DockerEngine
import Foundation
import Testing

/// Events are lost, come twice and in any order, and answers overtake each other; a list puts everything right.
@Suite("Registrator: convergence")
struct RegistratorConvergenceTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)

    /// What the engine could be asked at some moment.
    private typealias World = [String: ContainerFixture]

    private func step(_ world: inout World, _ random: inout SplitMix) -> EngineEvent? {
        let id = "c\(Int.random(in: 0..<6, using: &random))"
        guard var container = world[id] else {
            world[id] = ContainerFixture(
                id: id, name: id, published: [("80/tcp", "0.0.0.0", 8000 + id.hashValueOfDigits)],
                requested: [("80/tcp", "\(8000 + id.hashValueOfDigits)")],
                state: ["Status": "running", "StartedAt": "2027-01-15T07:00:00Z"])
            return EngineEvent(type: "container", action: "start", actorID: id)
        }
        var action = "die"
        var attributes: [String: String] = [:]
        switch Int.random(in: 0..<9, using: &random) {
        case 0:
            world[id] = nil
            return EngineEvent(type: "container", action: "destroy", actorID: id)
        case 1: container.state = ["Status": "exited", "ExitCode": 0]
        case 2: container.state = ["Status": "exited", "ExitCode": 1]
        case 3: container.state = ["Status": "exited", "ExitCode": 137, "OOMKilled": true]
        case 4: (container.state, action) = (["Status": "paused"], "pause")
        case 5: (container.state, action) = (["Status": "running", "StartedAt": "2027-01-15T07:30:00Z"], "start")
        case 6: (container.name, action) = (id + "-renamed", "rename")
        case 7: (action, attributes) = ("kill", ["signal": "15"])
        default:
            container.state = ["Status": "running", "Health": ["Status": "unhealthy"]]
            action = "health_status: unhealthy"
        }
        world[id] = container
        return EngineEvent(type: "container", action: action, actorID: id, attributes: attributes)
    }

    /// Does what a daemon does, with answers from the world as it was at some moment after the event.
    private func apply(
        _ event: EngineEvent, _ known: inout RegisteredContainers, from worlds: ArraySlice<World>, at look: UInt64,
        _ random: inout SplitMix
    ) throws {
        switch ContainerLifecycle.reaction(to: event) {
        case .nothing: break
        case .drain(let id): known.drain(id, now: start)
        case .remove(let id): known.remove(id, look: look, now: start)
        case .inspect(let id):
            guard let container = worlds.randomElement(using: &random)?[id] else {
                return known.remove(id, look: look, now: start)
            }
            known.observe(try container.observation(), look: look, now: start)
        }
    }

    @Test("Any permutation and loss of events, then one list: the same services", arguments: UInt64(0)..<40)
    func converges(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let settings = try RegistratorSettings.standard()
        var world: World = [:]
        var worlds: [World] = [world]
        var events: [(event: EngineEvent, moment: Int)] = []
        for _ in 0..<60 {
            if let event = step(&world, &random) { events.append((event, worlds.count)) }
            worlds.append(world)
        }

        var known = RegisteredContainers(settings: settings, node: "host1", drainingLimit: .seconds(60))
        let looks = events.map { _ in known.beginLook() }
        var delivered = Array(zip(events, looks)) + Array(zip(events, looks)).prefix(10)
        delivered = delivered.shuffled(using: &random).filter { _ in Bool.random(using: &random) }
        for ((event, moment), look) in delivered {
            try apply(event, &known, from: worlds[moment...], at: look, &random)
            if Int.random(in: 0..<12, using: &random) == 0 {
                let list = try worlds.randomElement(using: &random).map { try $0.values.map { try $0.observation() } }
                known.reconcile(list ?? [], look: look, now: start)
            }
        }

        let later = start.addingTimeInterval(60)
        let list = try world.values.map { try $0.observation() }
        known.reconcile(list, look: known.beginLook(), now: later)
        var fresh = RegisteredContainers(settings: settings, node: "host1")
        fresh.reconcile(list.reversed(), look: fresh.beginLook(), now: later)
        #expect(known.registration == fresh.registration)
        #expect(known.ids == Set(world.keys))
        // Otherwise this would say nothing.
        #expect(seed > 0 || !fresh.registration.services.isEmpty)
    }
}

extension String {
    fileprivate var hashValueOfDigits: Int { Int(drop { !$0.isNumber }) ?? 0 }
}

/// A generator that gives the same numbers for the same seed on every machine.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
