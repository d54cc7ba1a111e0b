import CairnCore
import CairnDeploy
import CairnStore
import CairnTestSupport
import Foundation
import Testing

@Suite("Plans")
struct PlannerTests {
    let temporary: TemporaryStore
    let app: App
    let release: Release
    let worker: ProcessType
    let now = Date()
    var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        app = try temporary.store.createApp(AppName(validating: "web"))
        release = try temporary.store.addRelease(
            of: app, imageID: "i", imageTag: "t", content: .init(source: "s", builder: "b"), description: "", actor: "a"
        )
        worker = try ProcessType(validating: "worker")
    }

    private func web(_ index: Int) -> InstanceName { InstanceName(process: .web, index: index) }

    /// Adds live rows, as a deploy that has committed leaves them.
    private func live(_ names: InstanceName...) throws -> [Instance] {
        let made = try store.addCandidates(names, of: release, in: IPv4Subnet(parsing: "10.9.0.0/26"), offsets: 2..<48)
        try store.commit(release, candidates: made, services: [], retiring: [])
        return try made.compactMap { try store.instance(id: $0.id) }
    }

    private func running(_ instance: Instance) -> ActualContainer {
        ActualContainer(id: "c\(instance.id)", instanceID: instance.id, isRunning: true, address: instance.address)
    }

    private func plan(
        _ wanted: [InstanceName], _ instances: [Instance], _ containers: [ActualContainer],
        replaced: Set<ProcessType> = [], network: Bool = true
    ) -> [PlanStep] {
        Planner(
            wanted: wanted, replaced: replaced, instances: instances, containers: containers, networkExists: network,
            now: now
        ).plan().steps
    }

    @Test("The first deploy makes the network and starts what is wanted")
    func firstDeploy() {
        #expect(plan([web(1), web(2)], [], [], network: false) == [.makeNetwork, .start(web(1)), .start(web(2))])
    }

    @Test("What already runs as wanted needs no step")
    func nothingToDo() throws {
        let instances = try live(web(1))
        #expect(plan([web(1)], instances, instances.map(running)).isEmpty)
    }

    @Test("A deploy starts everything anew and retires what ran")
    func replace() throws {
        let instances = try live(web(1))
        #expect(
            plan([web(1)], instances, instances.map(running), replaced: [.web])
                == [.start(web(1)), .retire(instances[0])])
    }

    @Test("A restart of one process leaves the others alone")
    func replaceOne() throws {
        let workerOne = InstanceName(process: worker, index: 1)
        let instances = try live(web(1), workerOne)
        #expect(
            plan([web(1), workerOne], instances, instances.map(running), replaced: [worker])
                == [.start(workerOne), .retire(instances[1])])
    }

    @Test("Scaling touches only what is added or taken away")
    func scale() throws {
        let instances = try live(web(1), web(2))
        let containers = instances.map(running)
        #expect(plan([web(1), web(2), web(3)], instances, containers) == [.start(web(3))])
        #expect(plan([web(1)], instances, containers) == [.retire(instances[1])])
        #expect(plan([], instances, containers) == [.retire(instances[0]), .retire(instances[1])])
    }

    @Test("A copy whose container stopped, vanished or moved is brought back at its address")
    func repair() throws {
        let instances = try live(web(1), web(2), web(3))
        let containers = [
            ActualContainer(id: "a", instanceID: instances[0].id, isRunning: false, address: nil),
            ActualContainer(id: "b", instanceID: instances[1].id, isRunning: true, address: instances[2].address),
        ]
        #expect(
            plan([web(1), web(2), web(3)], instances, containers) == [
                .repair(instances[0], reason: "its container has stopped"),
                .repair(instances[1], reason: "its container is not at its address"),
                .repair(instances[2], reason: "its container is missing"),
            ])
    }

    @Test("What a dead deploy left is removed, whether it has a row or not")
    func leftovers() throws {
        let kept = try live(web(1))
        let candidate = try store.addCandidates(
            [web(1)], of: release, in: IPv4Subnet(parsing: "10.9.0.0/26"), offsets: 2..<48)[0]
        let containers =
            kept.map(running) + [
                ActualContainer(id: "orphan", instanceID: 4711, isRunning: true, address: nil)
            ]
        #expect(
            plan([web(1)], kept + [candidate], containers) == [
                .removeContainer(id: "orphan", reason: "left by an interrupted deploy"), .discard(candidate),
            ])
    }

    @Test("A retiring copy is stopped when its time is up, not before")
    func retire() throws {
        let instances = try live(web(1), web(2))
        try store.retire([instances[0]], at: now.addingTimeInterval(-1))
        try store.retire([instances[1]], at: now.addingTimeInterval(60))
        let rows = try store.instances(of: app)
        #expect(plan([], rows, rows.map(running)) == [.stop(rows[0])])
    }

    @Test("Steps read as sentences")
    func descriptions() throws {
        let instance = try live(web(1))[0]
        #expect(PlanStep.start(web(2)).description == "start web.2")
        #expect(
            PlanStep.repair(instance, reason: "its container is missing").description
                == "bring back web.1 at 10.9.0.2 (its container is missing)")
    }

    @Test("A plan says how much there is to do")
    func size() {
        #expect(Plan(steps: [.publish]).size == "1 step")
        #expect(Plan(steps: [.makeNetwork, .publish]).size == "2 steps")
    }
}
