import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Testing

@testable import CairnDeploy

@Suite("Standing in line for the lock of an app")
struct AppLockTests {
    /// Tells when somebody stands in line.
    private struct LineWatch: ProgressReporter {
        let waiting: AsyncStream<String>
        private let continuation: AsyncStream<String>.Continuation
        init() { (waiting, continuation) = AsyncStream.makeStream() }
        func step(_ text: String) { continuation.yield(text) }
        func headline(_ text: String) {}
        func detail(_ text: String) {}
        func warning(_ text: String) {}
    }

    let temporary: TemporaryStore
    let platform: Platform
    let app: App
    let first = DeployLock.Holder(actor: "ada", since: Date(), pid: 1, buildID: "b", operation: "git push")

    init() throws {
        temporary = try TemporaryStore()
        let settings = try HostSettings(file: "CAIRN_ROOT=\(temporary.directory)")
        try FileManager.default.createDirectory(
            atPath: temporary.directory + "/locks", withIntermediateDirectories: true)
        platform = Platform(settings: settings, store: temporary.store, actor: "bob")
        app = try temporary.store.createApp(AppName(validating: "web"))
    }

    @Test("apps:lock while a deploy stands in line: it is refused when its turn comes, and so leaves the lock")
    func lockedMeanwhile() async throws {
        let held = try await platform.deployLock(of: app).take(first, waits: false, reporter: SilentReporter())
        let line = LineWatch()
        let second = Task { [platform, app] in
            try await platform.withLock(app, operation: "git push", waits: true, isDeploy: true, reporter: line) { _ in
            }
        }
        var steps = line.waiting.makeAsyncIterator()
        #expect(await steps.next()?.hasPrefix("Waiting for git push by ada, since ") == true)
        try temporary.store.setLock(app, by: "carol")
        held.release()
        let error = await #expect(throws: CairnError.self) { try await second.value }
        #expect(error?.code == .deployLocked)
        #expect(error?.message == "web currently has a deploy lock in place (apps:lock by carol)")
        #expect(platform.deployLock(of: app).holder == nil)
    }

    @Test("Whoever stood in line works with the row as it is when its turn comes")
    func refreshed() async throws {
        let held = try await platform.deployLock(of: app).take(first, waits: false, reporter: SilentReporter())
        let line = LineWatch()
        let second = Task { [platform, app] in
            try await platform.withLock(app, operation: "ps:scale", waits: true, reporter: line) { $0.lock?.actor }
        }
        var steps = line.waiting.makeAsyncIterator()
        _ = await steps.next()
        try temporary.store.setLock(app, by: "carol")
        held.release()
        #expect(try await second.value == "carol")
    }

    @Test("Who is refused is told who deploys, and since when")
    func refusal() async throws {
        let held = try await platform.deployLock(of: app).take(first, waits: false, reporter: SilentReporter())
        defer { held.release() }
        let error = await #expect(throws: CairnError.self) {
            try await platform.withLock(app, operation: "git push", isDeploy: true, reporter: SilentReporter()) { _ in }
        }
        #expect(error?.message.contains("(git push by ada, since ") == true)
        #expect(platform.deployLock(of: app).holder?.description.hasSuffix(" s, pid 1") == true)
    }
}
