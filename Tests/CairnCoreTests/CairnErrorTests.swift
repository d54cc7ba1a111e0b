import CairnCore
import Testing

@Suite("CairnError")
struct CairnErrorTests {
    @Test(
        "Scripts can tell failures apart by exit status",
        arguments: [
            (CairnError.Code.appNotFound, Int32(20)), (.usage, 2), (.buildFailed, 1), (.io, 1),
        ])
    func exitStatus(code: CairnError.Code, status: Int32) {
        #expect(CairnError(code, "x").exitStatus == status)
    }

    @Test func readsAsItsMessage() {
        let error = CairnError(.engineDown, "The engine does not answer", hint: "Start it.", evidence: ["a"])
        #expect("\(error)" == "The engine does not answer")
        #expect("\(error.code)" == "E-ENGINE-DOWN")
        #expect(error.hint == "Start it.")
        #expect(error.evidence == ["a"])
    }
}

@Suite("Reporters")
struct ReporterTests {
    /// Keeps what it is told; only one test uses it at a time.
    private final class Recorder: ProgressReporter, @unchecked Sendable {
        var lines: [String] = []
        func step(_ text: String) { lines.append("step \(text)") }
        func headline(_ text: String) { lines.append("headline \(text)") }
        func detail(_ text: String) { lines.append("detail \(text)") }
        func warning(_ text: String) { lines.append("warning \(text)") }
    }

    @Test func teeTellsEverybodyInOrder() {
        let recorders = [Recorder(), Recorder()]
        let tee = TeeReporter(recorders + [SilentReporter()])
        tee.step("a")
        tee.headline("b")
        tee.detail("c")
        tee.warning("d")
        for recorder in recorders {
            #expect(recorder.lines == ["step a", "headline b", "detail c", "warning d"])
        }
    }
}
