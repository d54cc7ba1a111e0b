import CairnCore
import CairnDeploy
import CairnStore
import CairnTestSupport
import Foundation
import Synchronization
import Testing

@testable import CairnDaemon

@Suite("Liveness checks")
struct LivenessTests {
    /// A world in which time passes at once: checks answer in turn, and what happens is written down.
    final class World: LivenessWatched {
        struct State {
            var answers: [String?]
            var restarts: [String] = []
            var pauses: [Duration] = []
        }
        let state: Mutex<State>
        let allowedRestarts: Int
        let watchedTargets: Mutex<[LivenessTarget]>
        let restarted: AsyncStream<String>
        private let continuation: AsyncStream<String>.Continuation

        init(_ answers: [String?], restarts: Int, targets: [LivenessTarget] = []) {
            state = Mutex(State(answers: answers))
            allowedRestarts = restarts
            watchedTargets = Mutex(targets)
            (restarted, continuation) = AsyncStream.makeStream()
        }

        func targets() throws -> [LivenessTarget] { watchedTargets.withLock { $0 } }

        func failure(of check: HealthCheck, on target: LivenessTarget) async throws -> String? {
            state.withLock { $0.answers.isEmpty ? "always" : $0.answers.removeFirst() }
        }

        func restart(_ target: LivenessTarget, because reason: String) async throws -> Bool {
            continuation.yield(reason)
            return state.withLock { state in
                state.restarts.append(reason)
                return state.restarts.count < allowedRestarts
            }
        }

        func sleep(for duration: Duration) async throws {
            try Task.checkCancellation()
            state.withLock { $0.pauses.append(duration) }
        }
    }

    private static let manifest = """
        {"healthchecks": {"web": [
            {"type": "liveness", "name": "alive", "path": "/", "attempts": 2, "wait": 3, "initialDelay": 7}
        ]}}
        """

    private func target(_ store: Store) throws -> LivenessTarget {
        let (app, _) = try store.liveInstance(container: "c1", appJSON: Self.manifest)
        let settings = try HostSettings(environment: ["CAIRN_ROOT": "/nonexistent"])
        let targets = try Platform(settings: settings, store: store, actor: "daemon").livenessTargets()
        #expect(targets.map(\.containerID) == ["c1"] && targets.map(\.app) == [app.name])
        return try #require(targets.first)
    }

    @Test func onlyFailuresInARowCountAndRestartsBecomeRarer() async throws {
        let temporary = try TemporaryStore()
        // A pass to begin with, one failure that passes by, then two in a row; after that it always fails.
        let world = World([nil, "slow", nil, "slow", "dead"], restarts: 3)
        await LivenessWatch(target: try target(temporary.store), watched: world, logger: quietLogger).run()
        let state = world.state.withLock { $0 }
        #expect(state.restarts.first == "check 'alive' failed: dead")
        #expect(state.restarts.count == 3)
        #expect(state.pauses.prefix(5) == [.seconds(7), .seconds(3), .seconds(3), .seconds(3), .seconds(3)])
        // The pauses after the restarts.
        #expect(state.pauses.filter { $0 == .seconds(2) }.count == 1 && state.pauses.contains(.seconds(4)))
    }

    @Test func copiesComeUnderWatchWithAPokeAndLeaveIt() async throws {
        let temporary = try TemporaryStore()
        let world = World([], restarts: 1)
        let pokes = Pokes()
        let service = LivenessService(watched: world, pokes: pokes, logger: quietLogger)
        let task = Task { try await service.run() }
        let target = try target(temporary.store)
        world.watchedTargets.withLock { $0 = [target] }
        pokes.poke()
        var restarts = world.restarted.makeAsyncIterator()
        #expect(await restarts.next() == "check 'alive' failed: always")
        task.cancel()
        try await task.value
    }

    @Test func whatIsStoppedOrHasNoChecksIsNotWatched() throws {
        let temporary = try TemporaryStore()
        let (app, _) = try temporary.store.liveInstance(container: "c1", appJSON: Self.manifest)
        let settings = try HostSettings(environment: ["CAIRN_ROOT": "/nonexistent"])
        let platform = Platform(settings: settings, store: temporary.store, actor: "daemon")
        #expect(try platform.livenessTargets().count == 1)
        try temporary.store.setDesiredState(.stopped, of: app)
        #expect(try platform.livenessTargets().isEmpty)
    }
}
