import CairnCatalog
import Foundation
import Testing

@testable import CairnChecks

@Suite struct LivenessRulesTests {
    private let web = Service.Key(node: Rows.node, id: "web")

    private func check(_ id: String, failures: Int = 1) -> Check {
        Rows.check(
            id, status: .passing, initialDelay: .seconds(5), failures: failures, purpose: .liveness,
            since: Rows.begin - 60)
    }

    @Test("Enough failures in a row restart the container, after they have been told")
    func restarting() {
        var bench = Bench()
        bench.update(check("live", failures: 2))
        _ = bench.due(at: 0)
        #expect(bench.finish("live", .critical, "1") == [])
        _ = bench.due(at: 10)
        #expect(bench.finish("live", .critical, "2") == [.record("live", .critical, "2"), .restart("live", "2")])
    }

    @Test("No liveness check of the service is tried during the restart and the initial delay after it; others are")
    func resting() {
        var bench = Bench()
        bench.update(check("live"), check("other"), Rows.check("health", status: .passing))
        #expect(bench.due(at: 0).count == 3)
        #expect(bench.finish("live", .critical, "hangs").last == .restart("live", "hangs"))
        #expect(bench.finish("other", .critical, "hangs too") == [])
        _ = bench.finish("health", .passing)
        #expect(bench.due(at: 10) == [.attempt("health")])
        bench.schedule.restarted(web, bench.now)
        #expect(bench.due(at: 14.9) == [])
        let tried = bench.due(at: 15)
        #expect(tried.contains(.attempt("live")) && tried.contains(.attempt("other")) && tried.count == 2)
    }

    @Test("A check that is changed during the restart waits for its end as well")
    func changingMeanwhile() {
        var bench = Bench()
        bench.update(check("live"))
        _ = bench.due(at: 0)
        _ = bench.finish("live", .critical)
        bench.update(check("live", failures: 3))
        #expect(bench.due(at: 60) == [])
        bench.schedule.restarted(web, bench.now)
        #expect(bench.due(at: 65) == [.attempt("live")])
    }

    @Test("Failures after a restart count from zero, and the next restart waits longer each time")
    func backOff() {
        var bench = Bench()
        bench.update(check("live"))
        var restarts: [Double] = []
        for second in 0..<200 {
            for wish in bench.due(at: Double(second)) where wish == .attempt("live") {
                if bench.finish("live", .critical, "still").contains(.restart("live", "still")) {
                    restarts.append(Double(second))
                    bench.schedule.restarted(web, bench.now)
                }
            }
        }
        // Tries come 5 s after a restart and then every 10 s; the pauses are 2, 4, 8, 16, 32, 64 s.
        #expect(restarts == [0, 5, 10, 25, 50, 85, 150])
    }

    @Test("When all have passed once, the next restart is made at once again")
    func reset() {
        var bench = Bench()
        bench.update(check("live"), check("other"))
        _ = bench.due(at: 0)
        #expect(bench.finish("live", .critical).contains(.restart("live", "")))
        bench.schedule.restarted(web, bench.now)
        _ = bench.due(at: 5)
        _ = bench.finish("live", .passing)
        #expect(bench.finish("other", .passing) == [], "the try from before the restart")
        #expect(bench.schedule.restarts[web]?.count == 1)
        _ = bench.finish("other", .passing)
        #expect(bench.schedule.restarts[web] == nil)
    }

    @Test("A check that only warns says no worse, after as many failures, and restarts nothing")
    func warningOnly() {
        var bench = Bench()
        var only = check("live", failures: 2)
        only.definition.worstStatus = .warning
        bench.update(only)
        _ = bench.due(at: 0)
        #expect(bench.finish("live", .critical, "1") == [])
        _ = bench.due(at: 10)
        #expect(bench.finish("live", .critical, "2") == [.record("live", .warning, "2")])
        _ = bench.due(at: 20)
        #expect(bench.finish("live", .critical, "2") == [])
        _ = bench.due(at: 30)
        #expect(bench.finish("live", .passing, "3") == [.record("live", .passing, "3")])
    }
}
