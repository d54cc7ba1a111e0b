import CairnCatalog
import Testing

@testable import CairnChecks

@Suite struct CheckStateTests {
    /// `p`, `w` and `c` stand for passing, warning and critical.
    private func reported(
        _ results: String, from start: HealthStatus, passing: Int = 1, critical: Int = 1
    ) -> String {
        var state = CheckState(start, successesBeforePassing: passing, failuresBeforeCritical: critical)
        return String(
            results.map { letter in
                state.take(letter == "p" ? .passing : letter == "w" ? .warning : .critical)
                return state.status == .passing ? "p" : state.status == .warning ? "w" : "c"
            })
    }

    @Test("Without thresholds each result is the status")
    func noThresholds() {
        #expect(reported("pcwpccp", from: .critical) == "pcwpccp")
    }

    @Test("A single failure is not critical when it takes three in a row")
    func failuresInARow() {
        #expect(reported("pcpccpcccc", from: .passing, critical: 3) == "ppppppppcc")
    }

    @Test("A single pass is not passing when it takes two in a row")
    func successesInARow() {
        #expect(reported("pcppcp", from: .critical, passing: 2) == "cccpcc")
    }

    @Test("A warning counts as a success, as with Consul")
    func warnings() {
        #expect(reported("wpcpw", from: .critical, passing: 2) == "cpccw")
        #expect(reported("cwc", from: .passing, critical: 2) == "pww")
    }

    @Test("What passes becomes a warning, and back, at once")
    func betweenPassingAndWarning() {
        #expect(reported("wpw", from: .passing, passing: 5, critical: 5) == "wpw")
    }

    @Test("The status at the beginning stays until enough results speak against it")
    func startsFromWhatIsKnown() {
        #expect(reported("cc", from: .warning, critical: 3) == "ww")
        #expect(reported("pp", from: .critical, passing: 3) == "cc")
    }

    @Test("Thresholds below one are one")
    func thresholdsBelowOne() {
        #expect(reported("pc", from: .critical, passing: 0, critical: -1) == "pc")
    }

    @Test("Starting anew forgets the tries but not the status")
    func startingAnew() {
        var state = CheckState(.passing, successesBeforePassing: 1, failuresBeforeCritical: 2)
        state.take(.critical)
        state.startAnew()
        state.take(.critical)
        #expect(state.status == .passing)
        #expect(!state.hasFailedForGood)
        state.take(.critical)
        #expect(state.status == .critical)
        #expect(state.hasFailedForGood)
    }
}
