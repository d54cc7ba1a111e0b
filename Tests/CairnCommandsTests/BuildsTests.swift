import CairnCore

import CairnStore
import Foundation
import Glibc
import Testing

@testable import CairnCommands
@testable import CairnDeploy

@Suite("builds:*")
struct BuildsTests {
    let host: TestHost
    let app: App

    init() throws {
        host = try TestHost()
        app = try host.app("web")
    }

    private func build(_ id: String, _ status: Build.Status?, kind: String = "build", log: String = "") throws {
        let store = try host.store
        try store.startBuild(
            id: id, of: app, kind: kind, source: "git-push", revision: "abcd", actor: "ada", pid: 4_000_000,
            at: Date(timeIntervalSince1970: 1_700_000_000 + Double(id.utf8.last ?? 0)))
        if let status { try store.finishBuild(id: id, status: status, exitCode: 0, releaseVersion: 1, timings: []) }
        let directory = host.root + "/logs/builds/web"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try log.write(toFile: directory + "/\(id).log", atomically: true, encoding: .utf8)
    }

    @Test func anEmptyListAndAFullOne() async throws {
        #expect(await host.run("builds:list", "web") == 0)
        #expect(host.lines == ["No builds recorded for this app"])
        #expect(await host.run("builds:list") == 0)
        #expect(host.lines == ["No builds currently running"])
        #expect(await host.run("builds:list", "web", "--format", "json") == 0)
        #expect(host.output == "[]\n")
        try build("b1", .succeeded)
        try build("b2", .failed, kind: "deploy")
        #expect(await host.run("--quiet", "builds:list", "web") == 0)
        #expect(host.lines.map { $0.prefix(2) } == ["b2", "b1"])
        #expect(await host.run("--quiet", "builds:list", "web", "--kind", "build", "--status", "succeeded") == 0)
        #expect(host.lines.map { $0.prefix(2) } == ["b1"])
        #expect(await host.run("builds:list", "web", "--kind", "x") == 1)
        #expect(host.errors.contains("Invalid --kind value \"x\" (allowed: build, deploy)"))
        #expect(await host.run("builds:list", "web", "--status", "x") == 1)
    }

    @Test func aBuildWhoseProcessIsGoneIsAbandonedAndThenFailed() async throws {
        try build("b1", nil)
        #expect(await host.run("builds:info", "web", "b1", "--format", "json") == 0)
        #expect(
            try host.json["status"] == "abandoned"
                && host.json["log_path"] == .string(host.root + "/logs/builds/web/b1.log"))
        #expect(await host.run("builds:list") == 0)
        #expect(host.lines == ["No builds currently running"])
        #expect(await host.run("builds:cancel", "web") == 0)
        #expect(host.errors.contains("App not currently deploying"))
        let record = try #require(try host.store.builds(of: app).first)
        #expect(record.status == .failed && record.exitCode == -1)
    }

    /// A process that signals end, whatever the test runner does about them.
    private static func startSleep() throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
        defer { words.forEach { free($0) } }
        var pid = pid_t()
        try #require(posix_spawn(&pid, "/bin/sleep", nil, &attributes, &words, environ) == 0)
        return pid
    }

    @Test func cancelSignalsTheHolderOfTheLock() async throws {
        try build("b1", nil)
        let child = try Self.startSleep()
        let lock = DeployLock(path: host.root + "/locks/web.lock", app: app.name)
        let holder = DeployLock.Holder(
            actor: "ada", since: Date(), pid: child, buildID: "b1", operation: "git-push")
        let held = try await lock.take(holder, waits: false, reporter: SilentReporter())
        #expect(await host.run("builds:list", "--format", "json") == 0)
        guard case .array(let running) = try host.json else { return #expect(Bool(false)) }
        #expect(running.first?["status"] == "running")
        #expect(await host.run("builds:cancel", "web") == 0)
        #expect(host.lines == ["-----> Killing app deploy"])
        var status: Int32 = 0
        #expect(waitpid(child, &status, 0) == child)
        #expect(status & 0x7f == SIGTERM)
        held.release()
    }

    @Test func theOutputOfABuildThatRunsIsFollowedToItsEnd() async throws {
        try build("b1", nil, log: "one\n")
        let path = host.root + "/logs/builds/web/b1.log"
        let lock = DeployLock(path: host.root + "/locks/web.lock", app: app.name)
        let holder = DeployLock.Holder(actor: "ada", since: Date(), pid: 1, buildID: "b1", operation: "git-push")
        let held = try await lock.take(holder, waits: false, reporter: SilentReporter())
        async let status = host.run("builds:output", "web")
        let log = try #require(FileHandle(forWritingAtPath: path))
        try log.seekToEnd()
        try log.write(contentsOf: Data("two\n".utf8))
        held.release()
        #expect(await status == 0)
        #expect(host.output == "one\ntwo\n")
        #expect(await host.run("builds:output", "web", "b1") == 0)
        #expect(host.output == "one\ntwo\n")
        #expect(await host.run("builds:output", "web", "nope") == 1)
    }

    @Test func pruneForgetsTheOldestWithTheirLogs() async throws {
        for id in ["b1", "b2", "b3"] { try build(id, .succeeded) }
        #expect(await host.run("builds:prune", "web", "--keep", "1") == 0)
        #expect(try host.store.builds(of: app).map(\.id) == ["b3"])
        #expect(!FileManager.default.fileExists(atPath: host.root + "/logs/builds/web/b1.log"))
        #expect(await host.run("builds:prune", "web", "--keep", "0") == 1)
        for id in ["b4", "b5"] { try build(id, .succeeded) }
        #expect(await host.run("builds:set", "web", "retention", "2") == 0)
        #expect(await host.run("builds:report", "web", "--builds-computed-retention") == 0)
        #expect(host.lines == ["2"])
        #expect(await host.run("builds:prune", "web") == 0)
        #expect(try host.store.builds(of: app).map(\.id) == ["b5", "b4"])
    }
}
