import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Glibc
import Synchronization
import Testing

/// The same numbers for the same seed: SplitMix64, https://prng.di.unimi.it/splitmix64.c.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Starts and ends containers at random, one after the other, and a few at a time. The engine may go away meanwhile.
actor ContainerLane {
    private(set) var started = 0
    private let number: Int
    private let containers: OutsideContainers
    private var random: SeededGenerator
    private var mine: [String] = []
    private var failures = 0

    private static let most = 3
    /// With an engine that is never back this ends.
    private static let failureLimit = 50

    init(number: Int, seed: UInt64, _ containers: OutsideContainers) {
        self.number = number
        self.containers = containers
        random = SeededGenerator(seed: seed)
    }

    /// Goes on until so many more containers have been started.
    func start(_ count: Int, onStart: @Sendable () -> Void) async throws {
        let goal = started + count
        while started < goal {
            do {
                if mine.isEmpty || (mine.count < Self.most && Bool.random(using: &random)) {
                    mine.append(try await startOne())
                    started += 1
                    onStart()
                } else {
                    let id = mine.remove(at: Int.random(in: mine.indices, using: &random))
                    try await end(id)
                }
            } catch {
                failures += 1
                guard failures < Self.failureLimit else { throw error }
                _ = try await eventually { (try? await containers.engine.ping()) != nil }
            }
        }
    }

    private func startOne() async throws -> String {
        let ports = [[], [80], [80], [80, 443]].randomElement(using: &random) ?? []
        let service = [nil, "a", "b", "c"].randomElement(using: &random) ?? nil
        let restart: HostConfig.RestartPolicy = Int.random(in: 0..<4, using: &random) == 0 ? .always : .no
        // A name that was taken by a try that failed halfway is not used again.
        return try await containers.start(
            "\(number)-\(started)-\(failures)", service: service.map(containers.name), ports: ports, restart: restart)
    }

    private func end(_ id: String) async throws {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: try await containers.engine.killContainer(id)
        case 1: try await containers.engine.stopContainer(id, timeout: 5)
        case 2: try await containers.engine.pauseContainer(id)
        default: break
        }
        // Some stay there, ended, as on hosts where nobody tidies up.
        if Int.random(in: 0..<3, using: &random) > 0 { try await containers.remove(id) }
    }
}

/// Two clients for each app that make requests all the time, not many, and look at who answers.
final class Callers: Sendable {
    struct Answers: Sendable {
        var right = 0
        /// Answers of another app than the one that was asked. What was not answered, or by nginx alone, is neither.
        var wrong: [String] = []
    }

    private let answers = Mutex(Answers())
    private let isOver = Atomic(false)
    private static let clientsPerApp = 2
    private static let pause: UInt32 = 25_000

    /// Lets them call until `body` is done, also when it fails.
    static func during(_ apps: [SampleApp], _ body: () async throws -> Void) async throws -> Answers {
        let callers = Callers()
        let (ended, source) = AsyncStream<Void>.makeStream()
        for app in apps {
            for _ in 0..<clientsPerApp {
                // Their calls block.
                Thread.detachNewThread {
                    callers.call(app)
                    source.yield()
                }
            }
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        callers.isOver.store(true, ordering: .relaxed)
        var left = apps.count * clientsPerApp
        for await _ in ended {
            left -= 1
            if left == 0 { break }
        }
        try result.get()
        return callers.answers.withLock { $0 }
    }

    private func call(_ app: SampleApp) {
        var connection: RawConnection?
        while !isOver.load(ordering: .relaxed) {
            connection = connection ?? (try? RawConnection(port: app.host.settings.httpPort))
            let answer = connection?.get("/", host: app.domain)
            if answer?.status == 200 { note(answer?.body ?? "", app) }
            if answer?.status != 200 || answer?.isLast == true { connection = nil }
            usleep(Self.pause)
        }
    }

    private func note(_ body: String, _ app: SampleApp) {
        let name = body.split(separator: " ").dropFirst().first.map(String.init)
        answers.withLock { answers in
            if name == app.name {
                answers.right += 1
            } else if answers.wrong.count < 20 {
                answers.wrong.append("\(app.name) was answered '\(body)'")
            }
        }
    }
}
