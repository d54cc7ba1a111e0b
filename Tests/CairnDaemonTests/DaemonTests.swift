import CairnCore
import CairnDeploy
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Glibc
import Logging
import Synchronization
import Testing

@testable import CairnDaemon

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

@Suite("The daemon's lock and bell")
struct BellTests {
    let directory = NSTemporaryDirectory() + "cairn-bell-\(UInt32.random(in: 0 ... .max))"

    init() throws {
        try FileManager.default.createDirectory(atPath: directory + "/run", withIntermediateDirectories: true)
    }

    @Test func onlyOneDaemon() throws {
        let lock = try DaemonLock(path: directory + "/daemon.lock")
        let error = #expect(throws: CairnError.self) { try DaemonLock(path: directory + "/daemon.lock") }
        #expect(error?.code == .daemonRunning)
        lock.release()
        try DaemonLock(path: directory + "/daemon.lock").release()
        let missing = #expect(throws: CairnError.self) { try DaemonLock(path: directory + "/none/daemon.lock") }
        #expect(missing?.code == .io)
    }

    @Test func eachConnectionIsAPoke() async throws {
        let settings = try HostSettings(environment: ["CAIRN_ROOT": directory])
        let path = settings.daemonSocket
        // What a daemon left that died.
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let store = try Store(path: settings.database)
        let platform = Platform(settings: settings, store: store, actor: "test")
        let pokes = Pokes()
        let subscription = pokes.subscribe()
        let service = try BellService(path: path, pokes: pokes, logger: quietLogger)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        let task = Task { try await service.run() }
        #expect(platform.ringDaemon())
        var iterator = subscription.stream.makeAsyncIterator()
        #expect(await iterator.next() != nil)
        #expect(platform.ringDaemon())
        #expect(await iterator.next() != nil)
        task.cancel()
        try await task.value
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test func aPathThatIsTooLongIsRefused() {
        let path = "/tmp/" + String(repeating: "x", count: 120)
        let error = #expect(throws: CairnError.self) {
            try BellService(path: path, pokes: Pokes(), logger: quietLogger)
        }
        #expect(error?.code == .io)
    }
}

@Suite("What is due")
struct RetirementTests {
    /// Gives the times it was told to, and tells when it is called.
    final class Work: DueWork {
        let calls: AsyncStream<Int>
        private let continuation: AsyncStream<Int>.Continuation
        private let answers: Mutex<[Result<Date?, CairnError>]>
        private let count = Mutex(0)

        init(_ answers: [Result<Date?, CairnError>]) {
            (calls, continuation) = AsyncStream.makeStream()
            self.answers = Mutex(answers)
        }

        func doDue() async throws -> Date? {
            let number = count.withLock { count in
                count += 1
                return count
            }
            continuation.yield(number)
            return try answers.withLock { $0.isEmpty ? .success(nil) : $0.removeFirst() }.get()
        }
    }

    @Test func isDoneAtTheStartAtItsTimeAfterAFailureAndWhenPoked() async throws {
        let failure = CairnError(.engineDown, "down")
        let work = Work([.success(Date().addingTimeInterval(0.05)), .failure(failure), .success(nil)])
        let pokes = Pokes()
        let service = RetirementService(work: work, pokes: pokes, logger: quietLogger)
        let task = Task { try await service.run() }
        var calls = work.calls.makeAsyncIterator()
        #expect(await calls.next() == 1)
        #expect(await calls.next() == 2)
        #expect(await calls.next() == 3)
        pokes.poke()
        #expect(await calls.next() == 4)
        task.cancel()
        try await task.value
    }

    @Test func pausesGrowUpToALimit() {
        var backoff = Backoff()
        let pauses = (0..<10).map { _ in backoff.pause() }
        #expect(pauses[0] == .milliseconds(250) && pauses[1] == .milliseconds(500))
        #expect(pauses.last == .seconds(30))
        backoff.reset()
        #expect(backoff.pause() == .milliseconds(250))
    }
}
