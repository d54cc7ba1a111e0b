import CairnCatalog
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import CairnChecks

@Suite struct CheckRunnerTests {
    private func tcp(_ port: Int) -> Check.Probe { .tcp(host: "127.0.0.1", port: port) }

    @Test("A check is tried, told, and tried again after its interval")
    func again() async throws {
        let world = RunnerWorld([Rows.check("a", tcp(1))])
        try await world.run {
            #expect(await world.next() == .tried(port: 1))
            #expect(await world.next() == .recorded("a", .passing, "ok"))
            world.answer(1, ProbeOutcome(.critical, "refused"))
            await world.clock.advance(to: .seconds(10))
            #expect(await world.next() == .tried(port: 1))
            #expect(await world.next() == .recorded("a", .critical, "refused"))
        }
    }

    @Test("A check that comes is tried, and one that goes is not any more")
    func following() async throws {
        let world = RunnerWorld([Rows.check("a", tcp(1))])
        try await world.run {
            #expect(await world.next() == .tried(port: 1))
            #expect(await world.next() == .recorded("a", .passing, "ok"))
            world.publish([Rows.check("b", tcp(2))], index: 2)
            #expect(await world.next() == .tried(port: 2))
            #expect(await world.next() == .recorded("b", .passing, "ok"))
            await world.clock.advance(to: .seconds(10))
            #expect(await world.next() == .tried(port: 2))
        }
    }

    @Test("A result that the store did not take is told again")
    func refused() async throws {
        let world = RunnerWorld([Rows.check("a", tcp(1))], refusals: 1)
        try await world.run {
            #expect(await world.next() == .tried(port: 1))
            await world.clock.advance(to: .seconds(10))
            #expect(await world.next() == .tried(port: 1))
            #expect(await world.next() == .recorded("a", .passing, "ok"))
        }
    }

    @Test("TTL checks expire and critical services are removed")
    func deadlines() async throws {
        let world = RunnerWorld([
            Rows.check("beat", .ttl(.seconds(5)), status: .passing, deadline: Rows.begin + 8),
            Rows.check("down", .external, service: "gone", removedAfter: .seconds(61)),
        ])
        try await world.run {
            await world.clock.advance(to: .seconds(8))
            #expect(await world.next() == .expired("beat"))
            await world.clock.advance(to: .seconds(61))
            #expect(await world.next() == .deregistered("gone"))
        }
    }

    @Test("A TTL check that is spoken for without a change of the catalog expires at its next deadline")
    func beaten() async throws {
        func beat(_ deadline: Double) -> Check {
            Rows.check("beat", .ttl(.seconds(5)), status: .passing, deadline: Rows.begin + deadline)
        }
        let other = Rows.check("other", tcp(1))
        let world = RunnerWorld([other, beat(5)])
        try await world.run {
            // The runner knows its checks by now.
            #expect(await world.next() == .tried(port: 1))
            #expect(await world.next() == .recorded("other", .passing, "ok"))
            world.publish([other, beat(9)], index: 1)
            await world.clock.advance(to: .seconds(5))
            #expect(await world.next() == .expired("beat"))
            await world.clock.advance(to: .seconds(9))
            #expect(await world.next() == .expired("beat"))
        }
    }

    @Test("A liveness check that fails has its container restarted, and rests until that is done")
    func liveness() async throws {
        let live = Rows.check("live", tcp(1), initialDelay: .seconds(3), purpose: .liveness, since: Rows.begin - 60)
        let world = RunnerWorld([live], answers: [1: ProbeOutcome(.critical, "hangs")])
        try await world.run {
            #expect(await world.next() == .tried(port: 1))
            #expect(await world.next() == .recorded("live", .critical, "hangs"))
            #expect(await world.next() == .restarts("live"))
            world.answer(1, ProbeOutcome(.passing, "ok"))
            world.gateSource.yield()
            await world.clock.advance(to: .seconds(3))
            #expect(await world.next() == .tried(port: 1))
            #expect(await world.next() == .recorded("live", .passing, "ok"))
        }
    }

    @Test("A thousand checks are all tried")
    func many() async throws {
        let world = RunnerWorld((0..<1000).map { Rows.check("c\($0)", tcp($0 + 1)) })
        try await world.run {
            var ports: Set<Int> = []
            var recorded: Set<String> = []
            while recorded.count < 1000, let happening = await world.next() {
                if case .tried(let port) = happening { ports.insert(port) }
                if case .recorded(let id, .passing, _) = happening { recorded.insert(id) }
            }
            #expect(ports.count == 1000)
        }
    }

    @Test("The end of the daemon ends the runner, which closes the prober")
    func shutdown() async throws {
        let world = RunnerWorld([Rows.check("a", tcp(1))])
        let services = ServiceGroup(
            services: [world.runner], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            #expect(await world.next() == .tried(port: 1))
            #expect(await world.next() == .recorded("a", .passing, "ok"))
            await services.triggerGracefulShutdown()
            #expect(await world.next() == .closed)
            // The group takes the end of a service during a shutdown for what it is.
            try await group.waitForAll()
        }
    }
}
