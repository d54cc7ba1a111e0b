import CairnCore
import Foundation
import Synchronization
import Testing

@testable import CairnPlugins

/// Programs that do what they should not, as real processes.
@Suite("A plugin's program")
struct PluginProcessTests {
    private func run(
        _ script: String, seconds: Int = 20, keepsAnswer: Bool = false, limits: PluginOutput.Limits = .init()
    ) async throws -> (PluginProcess.Result, [String]) {
        let lines = Mutex<[String]>([])
        var request = PluginProcess.Request(
            call: ProgramCall(
                program: "/bin/bash", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"],
                directory: "/tmp"))
        request.timeLimit = .seconds(seconds)
        request.keepsAnswer = keepsAnswer
        request.limits = limits
        let result = try await PluginProcess.run(request) { line in lines.withLock { $0.append(line) } }
        return (result, lines.withLock { $0 })
    }

    /// A number that tells the processes of one test.
    private var mark: String { "\(Int.random(in: 1_000_000...9_000_000))" }

    private func processes(sleeping mark: String) -> Int {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int($0) }.filter { process in
            let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            return line.elementsEqual(Data("sleep\0\(mark)\0".utf8))
        }.count
    }

    @Test("Its answer, its lines and its status come back")
    func plain() async throws {
        let (result, lines) = try await run("echo answer; echo 'to people' >&2; exit 3", keepsAnswer: true)
        #expect(result.ending == .exited(3))
        #expect(String(decoding: result.answer, as: UTF8.self) == "answer\n")
        #expect(lines == ["to people"])
        #expect(result.evidence == ["to people"])
    }

    @Test("It runs where it is told to, and reads nothing")
    func place() async throws {
        let (_, lines) = try await run("pwd; cat; ps -o sid= -p $$ | tr -d ' '")
        #expect(lines.first == "/tmp")
        #expect(lines.count == 2 && lines[1] != "\(getsid(0))")
    }

    @Test("One that hangs is ended, with what it has started")
    func hangs() async throws {
        let mark = mark
        let (result, _) = try await run("sleep \(mark) & sleep \(mark)", seconds: 1)
        #expect(result.ending == .timedOut)
        #expect(processes(sleeping: mark) == 0)
    }

    @Test("One that ignores the request to end is killed")
    func ignoresTermination() async throws {
        let mark = mark
        let (result, _) = try await run("trap '' TERM HUP INT; sleep \(mark)", seconds: 1)
        #expect(result.ending == .timedOut)
        #expect(processes(sleeping: mark) == 0)
    }

    @Test("One that is asked to end may tidy up")
    func tidiesUp() async throws {
        let (_, lines) = try await run("trap 'echo tidied; exit 0' TERM; sleep 100 & wait", seconds: 1)
        #expect(lines == ["tidied"])
    }

    @Test(
        "Children that it leaves are killed, wherever they went",
        arguments: [
            "sleep MARK &", "(sleep MARK &) ; true", "nohup sleep MARK >/dev/null 2>&1 &", "setsid sleep MARK &",
            "setsid sh -c 'sleep MARK >/dev/null 2>&1 &' </dev/null", "set -m; sleep MARK & disown",
        ])
    func leavesChildren(script: String) async throws {
        let mark = mark
        let script = script.split(separator: "MARK", omittingEmptySubsequences: false).joined(separator: mark)
        let (result, _) = try await run(script)
        #expect(result.ending == .exited(0))
        #expect(!result.leavesProcesses)
        #expect(processes(sleeping: mark) == 0)
    }

    @Test("One that kills its parent is a plugin that was killed, and ends too")
    func killsParent() async throws {
        let mark = mark
        let (result, _) = try await run("kill -9 $PPID; sleep \(mark)")
        #expect(result.ending == .killed(signal: 9))
        #expect(processes(sleeping: mark) == 0)
    }

    @Test("The status 137 is kept")
    func status137() async throws {
        #expect(try await run("exit 137").0.ending.status == 137)
        #expect(try await run("kill -9 $$").0.ending.status == 137)
    }

    @Test("One that closes its outputs is waited for all the same")
    func closesOutput() async throws {
        let (result, lines) = try await run("echo before; exec >&- 2>&-; echo nobody hears this; exit 4")
        #expect(result.ending == .exited(4))
        #expect(lines == ["before"])
    }

    @Test("What is no UTF-8 is repaired")
    func invalidText() async throws {
        let (result, lines) = try await run("printf 'a\\377b\\n' >&2; printf 'x\\377'", keepsAnswer: true)
        #expect(lines == ["a\u{fffd}b"])
        #expect(result.answer == [0x78, 0xff])
    }

    @Test("Of very much output the first part is shown, and then one line")
    func floods() async throws {
        let limits = PluginOutput.Limits(answer: 1 << 20, shown: 1 << 20)
        let (result, lines) = try await run("yes 'a line of output' | head -c 200000000", seconds: 60, limits: limits)
        #expect(result.ending == .exited(0))
        #expect(lines.joined().utf8.count <= 1 << 20)
        #expect(lines.last == "(more than 1 MiB of output: the rest is not shown)")
    }

    @Test("Much output without a line end is shown in pieces")
    func longLine() async throws {
        let (_, lines) = try await run("head -c 100000 /dev/zero | tr '\\0' x")
        #expect(lines.joined().count == 100_000)
        #expect(lines.allSatisfy { $0.count <= 8_192 })
    }

    @Test("An answer without an end is none")
    func endlessAnswer() async throws {
        let mark = mark
        let (result, _) = try await run("sleep \(mark) & yes", keepsAnswer: true)
        #expect(result.ending == .tooMuchOutput)
        #expect(processes(sleeping: mark) == 0)
    }

    @Test("A cancelled task ends it")
    func cancelled() async throws {
        let mark = mark
        let started = AsyncStream<Void>.makeStream()
        var request = PluginProcess.Request(
            call: ProgramCall(
                program: "/bin/bash", arguments: ["-c", "echo started; sleep \(mark)"],
                environment: ["PATH": "/usr/bin:/bin"], directory: "/"))
        request.timeLimit = nil
        let work = Task { [request] in
            try await PluginProcess.run(request) { _ in started.continuation.yield() }
        }
        for await _ in started.stream { break }
        work.cancel()
        #expect(try await work.value.ending == .cancelled)
        #expect(processes(sleeping: mark) == 0)
    }

    @Test("No descriptor of this process reaches it")
    func descriptors() async throws {
        let file = open("/etc/hostname", O_RDONLY)
        defer { close(file) }
        let (_, lines) = try await run("ls /proc/self/fd")
        // The three usual ones, the pipe that tells of descendants, and that of ls itself.
        #expect(Set(lines).subtracting(["0", "1", "2", "3", "8"]) == [])
    }
}
