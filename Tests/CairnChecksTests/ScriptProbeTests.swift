import CairnCatalog
import DockerEngine
import Synchronization
import Testing

@testable import CairnChecks

@Suite struct ScriptProbeTests {
    /// An engine whose commands write and end as told.
    private final class Engine: ScriptRunning {
        let output: String
        let codes: Mutex<[Int?]>
        let failure: EngineError?
        let started = Mutex<[[String]]>([])

        /// - Parameter codes: The answers to the question for the exit status, the last of them for ever.
        init(output: String = "", codes: [Int?] = [0], failure: EngineError? = nil) {
            self.output = output
            self.codes = Mutex(codes)
            self.failure = failure
        }

        func prepare(_ words: [String], in container: String) async throws -> String {
            if let failure { throw failure }
            started.withLock { $0.append([container] + words) }
            return "exec"
        }

        func start(_ id: String, _ output: @Sendable ([UInt8]) -> Void) async throws { output(Array(self.output.utf8)) }

        func exitCode(of id: String) async throws -> Int? {
            codes.withLock { codes in codes.count > 1 ? codes.removeFirst() : codes.first ?? nil }
        }
    }

    private let words = ["/bin/sh", "-c", "check the disk"]

    @Test(
        "The exit status means what it means to Nagios",
        arguments: [(0, HealthStatus.passing), (1, .warning), (2, .critical), (3, .critical), (127, .critical)])
    func statuses(code: Int, expected: HealthStatus) async {
        let engine = Engine(output: "disk: 80%", codes: [code])
        let found = await ScriptProber(engine).run(words, in: "c1", timeout: .seconds(600))
        #expect(found == ProbeOutcome(expected, "disk: 80%"))
        #expect(engine.started.withLock { $0 } == [["c1"] + words])
    }

    @Test("No more than 4 KiB of the output are kept, and without any the status is told")
    func output() async {
        let long = Engine(output: String(repeating: "x", count: 10_000))
        #expect(await ScriptProber(long).run(words, in: "c1", timeout: .seconds(600)).output.utf8.count == 4096)
        let none = Engine(codes: [2])
        #expect(
            await ScriptProber(none).run(words, in: "c1", timeout: .seconds(600)).output
                == "The command ended with status 2")
    }

    @Test("An exit status that the engine has not noted yet is waited for")
    func late() async {
        let found = await ScriptProber(Engine(codes: [nil, nil, 1])).run(words, in: "c1", timeout: .seconds(600))
        #expect(found.status == .warning)
    }

    @Test("A command that does not end in time is critical, and is not started again until it has ended")
    func overdue() async {
        let engine = Engine(output: "waiting", codes: [nil])
        let prober = ScriptProber(engine)
        let found = await prober.run(words, in: "c1", timeout: .milliseconds(500))
        #expect(found == ProbeOutcome(.critical, "The command did not end within 0.5 s: waiting"))
        let second = await prober.run(words, in: "c1", timeout: .seconds(600))
        #expect(second == ProbeOutcome(.critical, "The command of an earlier try still runs"))
        #expect(engine.started.withLock { $0.count } == 1)
        engine.codes.withLock { $0 = [0] }
        #expect(await prober.run(words, in: "c1", timeout: .seconds(600)).status == .passing)
        #expect(engine.started.withLock { $0.count } == 2)
    }

    @Test("A container that does not run is critical")
    func stopped() async {
        let engine = Engine(failure: EngineError(.http(status: 409), "container is not running"))
        #expect(
            await ScriptProber(engine).run(words, in: "c1", timeout: .seconds(600))
                == ProbeOutcome(.critical, "The container does not run"))
    }

    @Test("A check without a command is critical")
    func empty() async {
        #expect(await ScriptProber(Engine()).run([], in: "c1", timeout: .seconds(600)).status == .critical)
    }
}
