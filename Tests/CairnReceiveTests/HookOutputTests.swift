import CairnCore
import Foundation
import Glibc
import Testing

@testable import CairnReceive

@Suite("The hook and its pusher")
struct HookOutputTests {
    /// A pipe: what git gives a hook as its outputs.
    private func makePipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        return (ends[0], ends[1])
    }

    private func text(of descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer[..<max(count, 0)], as: UTF8.self)
    }

    @Test func linesArriveAtOnceAndHarmless() {
        let ends = makePipe()
        defer { [ends.read, ends.write].forEach { close($0) } }
        let reporter = HookReporter(descriptor: ends.write)
        reporter.step("Building web")
        #expect(text(of: ends.read) == "-----> Building web\n")
        reporter.headline("Application deployed:")
        reporter.detail("two\nlines")
        reporter.warning("a\u{1b}[2Jb\r")
        #expect(
            text(of: ends.read) == "=====> Application deployed:\n       two\n       lines\n !     a\\x1b[2Jb\\x0d\n")
    }

    @Test func anErrorIsOneBlock() {
        let ends = makePipe()
        defer { [ends.read, ends.write].forEach { close($0) } }
        HookReporter(descriptor: ends.write).failure(
            CairnError(.buildFailed, "The build failed", hint: "Mend it.", evidence: ["last line"]))
        #expect(text(of: ends.read) == " !     The build failed [E-BUILD-FAILED]\n       last line\n !     Mend it.\n")
    }

    @Test(.timeLimit(.minutes(5)))
    func aFullPipeDoesNotHoldUpAHookWhoseClientLeft() {
        let ends = makePipe()
        let client = makePipe()
        defer { [ends.read, ends.write, client.write].forEach { close($0) } }
        let reporter = HookReporter(descriptor: ends.write, client: client.write)
        fill(ends.write)
        close(client.read)
        reporter.detail("nobody reads this")
    }

    /// Writes until the pipe takes nothing more.
    private func fill(_ descriptor: Int32) {
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
        let page = [UInt8](repeating: 0, count: 4_096)
        while write(descriptor, page, page.count) > 0 {}
        _ = fcntl(descriptor, F_SETFL, flags)
    }

    @Test func onlyAConnectionIsTakenForOne() {
        let ends = makePipe()
        defer { [ends.read, ends.write].forEach { close($0) } }
        let variable = ClientConnection.variable
        #expect(ClientConnection.inherited(in: [variable: "\(ends.write)"]) == ends.write)
        #expect(ClientConnection.inherited(in: [:]) == nil)
        for text in ["x", "-1", "1", "99999"] { #expect(ClientConnection.inherited(in: [variable: text]) == nil) }
        let file = open("/dev/null", O_RDONLY)
        defer { close(file) }
        #expect(ClientConnection.inherited(in: [variable: "\(file)"]) == nil)
    }

    @Test func aReaderThatLeftIsNoCrash() async {
        let ends = makePipe()
        let watch = AbandonmentWatch(descriptors: [])
        defer { watch.stop() }
        close(ends.read)
        let reporter = HookReporter(descriptor: ends.write)
        reporter.step("a")
        reporter.step("b")
        close(ends.write)
    }

    @Test(.timeLimit(.minutes(5)))
    func workIsCancelledWhenTheReaderLeaves() async throws {
        let ends = makePipe()
        defer { close(ends.write) }
        let error = await #expect(throws: CancellationError.self) {
            try await cancellingWhenAbandoned(watching: [ends.write]) {
                close(ends.read)
                // Only cancellation ends it.
                await Self.untilCancelled()
                try Task.checkCancellation()
            }
        }
        #expect(error != nil)
    }

    @Test(.timeLimit(.minutes(5)))
    func workPastItsPointOfNoReturnGoesOn() async throws {
        let ends = makePipe()
        defer { close(ends.write) }
        let value = try await cancellingWhenAbandoned(watching: [ends.write]) {
            close(ends.read)
            await Self.untilCancelled()
            return "released"
        }
        #expect(value == "released")
    }

    @Test("Signals cancel the work instead of ending the process", .timeLimit(.minutes(5)))
    func signals() async {
        await #expect(processExitsWith: .exitCode(3)) {
            for number in [SIGTERM, SIGINT, SIGHUP] {
                await #expect(throws: CancellationError.self) {
                    try await cancellingWhenAbandoned(watching: []) {
                        kill(getpid(), number)
                        await Self.untilCancelled()
                        try Task.checkCancellation()
                    }
                }
            }
            // One that is late, and one that nobody may see.
            kill(getpid(), SIGTERM)
            kill(getpid(), SIGPIPE)
            exit(3)
        }
    }

    @Test func workThatIsDoneIsNotDisturbed() async throws {
        let ends = makePipe()
        defer { [ends.read, ends.write].forEach { close($0) } }
        #expect(try await cancellingWhenAbandoned(watching: [ends.write, -1]) { 1 } == 1)
        let error = await #expect(throws: CairnError.self) {
            try await cancellingWhenAbandoned(watching: [ends.write]) { throw CairnError(.buildFailed, "x") }
        }
        #expect(error?.code == .buildFailed)
    }

    /// Returns when the task is cancelled, and not before.
    private static func untilCancelled() async {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        for await _ in stream {}
        continuation.finish()
    }
}

@Suite("The quarantine of a push")
struct QuarantineTests {
    @Test func isRemovedOnlyWhereGitPutsIt() throws {
        try withTemporaryDirectory { repository in
            let paths = ["objects/tmp_objdir-incoming-abc", "objects/pack", "tmp_objdir-incoming-abc"].map {
                "\(repository)/\($0)"
            }
            for path in paths {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            for path in paths + ["\(repository)/objects/tmp_objdir-incoming-abc/../pack", "", "/"] {
                Quarantine.discard(in: ["GIT_QUARANTINE_PATH": path], repository: repository)
            }
            #expect(paths.map(FileManager.default.fileExists(atPath:)) == [false, true, true])
        }
    }
}

@Suite("How a hook is called")
struct HookCallTests {
    @Test func byTheLinkInTheStateRoot() {
        let call = ReceiveHook.call("/srv/cairn/hooks/pre-receive")
        #expect(call?.kind == .preReceive)
        #expect(call?.root == "/srv/cairn")
        #expect(ReceiveHook.call("/var/lib/cairn/hooks/post-receive")?.kind == .postReceive)
    }

    @Test(
        "Not by anything else",
        arguments: ["", "/usr/bin/cairn", "cairn", "hooks/pre-receive", "/hooks/pre-receive", "/x/hooks/update"])
    func otherwise(path: String) {
        #expect(ReceiveHook.call(path) == nil)
    }
}
