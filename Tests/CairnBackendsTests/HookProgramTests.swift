import CairnCatalog
import CairnCore
import CairnTestSupport
import CairnFiles
import Glibc
import SystemPackage
import Testing

@testable import CairnBackends

@Suite("Hook programs", .timeLimit(.minutes(1)))
struct HookProgramTests {
    private func hook(_ script: String, in directory: FilePath, mode: mode_t = 0o755) throws -> FilePath {
        let path = directory.appending("hook")
        try Files.write("#!/bin/sh\n" + script, to: path, mode: mode)
        try FreshProgram.settle(path.string)
        return path
    }

    private func program(_ path: FilePath, limit: Duration = .seconds(20)) -> HookProgram {
        HookProgram(path: path, timeLimit: limit, environment: [:], logger: quiet)
    }

    @Test("A program gets the whole list, then each change, and the list again before entries expire")
    func calls() async throws {
        try await withTemporaryDirectory { directory in
            let log = directory.appending("log")
            let path = try hook(#"echo "$1 $CAIRN_HOOK_TO $SECRET $(cat)" >>"# + log.string, in: directory)
            let clock = ManualClock()
            let catalog = TestCatalog([.fixture()])
            let environment = ["CAIRN_HOOK_TO": "there", "SECRET": "secret"]
            try await withBackend("exec://\(path)", catalog, environment: environment, clock: clock) { status in
                await status.applied(1)
                catalog.publish([.fixture(), .fixture("db", id: "host1:c2:80")])
                await status.applied(2)
                catalog.publish([.fixture("db", id: "host1:c2:80")])
                await status.applied(3)
                await clock.sleeper(for: .seconds(10))
                clock.advance(by: .seconds(10))
                await clock.sleeper(for: .seconds(10))
            }
            let web = Self.document("web", "host1:c1:80")
            let db = Self.document("db", "host1:c2:80")
            #expect(
                try Files.read(log).split(separator: "\n") == [
                    #"sync there  {"action":"sync","node":"host1","services":[\#(web)],"ttl":30}"#[...],
                    #"register there  {"action":"register","node":"host1","service":\#(db),"ttl":30}"#[...],
                    #"deregister there  {"action":"deregister","node":"host1","service":\#(web),"ttl":30}"#[...],
                    #"refresh there  {"action":"refresh","node":"host1","services":[\#(db)],"ttl":30}"#[...],
                ])
        }
    }

    private static func document(_ name: String, _ id: String) -> String {
        #"{"address":"192.0.2.10","containerID":"0123456789abcdef0123456789abcdef","id":"\#(id)","meta":{},"#
            + #""name":"\#(name)","node":"host1","port":8080,"registrar":"cairn","status":"passing","tags":[]}"#
    }

    @Test(
        "Status 65 refuses one entry; every other failure is tried again",
        arguments: [(65, true), (1, false), (126, false)])
    func failures(_ status: Int, _ isRefusal: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let program = program(try hook("echo why >&2; exit \(status)", in: directory))
            if isRefusal {
                let error = await #expect(throws: RecordRefused.self) { try await program.run("register", "{}") }
                #expect(error?.reason.hasSuffix(": why") == true)
            } else {
                let error = await #expect(throws: CairnError.self) { try await program.run("register", "{}") }
                #expect(error?.code == .io)
                #expect(error?.evidence == ["why"])
            }
        }
    }

    @Test("One that takes too long is killed with all it has started, also what does not follow a request to end")
    func timeLimit() async throws {
        try await withTemporaryDirectory { directory in
            let fifo = try Fifo(directory)
            let script = "trap '' TERM; exec 3>\(fifo.path); sleep 1000 & sleep 1000; sleep 1000"
            let program = program(try hook(script, in: directory), limit: .milliseconds(300))
            let error = await #expect(throws: CairnError.self) { try await program.run("sync", "{}") }
            #expect(error?.message.utf8.firstRange(of: "did not end within".utf8) != nil)
            #expect(fifo.isAbandoned())
        }
    }

    @Test("What one leaves behind ends with it")
    func leftovers() async throws {
        try await withTemporaryDirectory { directory in
            let fifo = try Fifo(directory)
            let program = program(try hook("exec 3>\(fifo.path); sleep 1000 & exit 0", in: directory))
            try await program.run("sync", "{}")
            #expect(fifo.isAbandoned())
        }
    }

    @Test("One that does not look at its input may end all the same")
    func ignoredInput() async throws {
        try await withTemporaryDirectory { directory in
            let program = program(try hook("exit 0", in: directory))
            try await program.run("sync", String(repeating: "x", count: 4 << 20))
        }
    }

    @Test(
        "One that others could change, or that is none, is not run",
        arguments: [
            (0o775, CairnError.Code.notAllowed), (0o757, .notAllowed), (0o644, .io),
        ])
    func unsafe(_ mode: Int, _ code: CairnError.Code) async throws {
        try await withTemporaryDirectory { directory in
            let program = program(try hook("touch \(directory)/ran", in: directory, mode: mode_t(mode)))
            let error = await #expect(throws: CairnError.self) { try await program.run("sync", "{}") }
            #expect(error?.code == code)
            #expect(!Files.exists(directory.appending("ran")))
        }
    }

    @Test("One in a directory that others can write to is not run")
    func unsafeDirectory() async throws {
        try await withTemporaryDirectory { directory in
            let path = try hook("exit 0", in: directory)
            #expect(chmod(directory.string, 0o777) == 0)
            let error = await #expect(throws: CairnError.self) { try await program(path).run("sync", "{}") }
            #expect(error?.code == .notAllowed)
        }
    }
}

/// A pipe with a name, by which a test learns that all who had it open are gone.
private final class Fifo {
    let path: FilePath
    private let descriptor: Int32

    init(_ directory: FilePath) throws {
        path = directory.appending("fifo")
        try #require(mkfifo(path.string, 0o600) == 0)
        descriptor = open(path.string, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(descriptor >= 0)
    }

    deinit { close(descriptor) }

    /// Waits until nobody has it open for writing.
    func isAbandoned() -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 20_000) == 1 && Int32(entry.revents) & Int32(POLLHUP) != 0
    }
}
