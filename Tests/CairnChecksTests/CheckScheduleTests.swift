import CairnCatalog
import Foundation
import Testing

@testable import CairnChecks

@Suite struct CheckScheduleTests {
    // MARK: When checks are tried

    @Test("A new critical check is tried at once, then again an interval after each try has ended")
    func intervals() {
        var bench = Bench()
        bench.update(Rows.check("a"))
        #expect(bench.due(at: 0) == [.attempt("a")])
        #expect(bench.due(at: 4) == [])
        _ = bench.finish("a", .passing)
        #expect(bench.due(at: 13.9) == [])
        #expect(bench.due(at: 14) == [.attempt("a")])
    }

    @Test("First tries are spread over the interval, those of critical checks over a second at most")
    func spread() {
        var settings = Bench.Schedule.Settings()
        settings.spread = { $0 }
        var schedule = Bench.Schedule(settings: settings, begin: Rows.begin)
        let now = Bench().now
        schedule.update(Rows.snapshot([Rows.check("new")]), now)
        #expect(schedule.wakeUp?.offset == .seconds(1))
        var other = Bench.Schedule(settings: settings, begin: Rows.begin)
        other.update(Rows.snapshot([Rows.check("known", status: .passing)]), now)
        #expect(other.wakeUp?.offset == .seconds(10))
    }

    @Test("The initial delay counts from when the check came")
    func initialDelay() {
        var bench = Bench()
        bench.update(Rows.check("a", initialDelay: .seconds(30), since: Rows.begin - 10))
        #expect(bench.due(at: 19) == [])
        #expect(bench.due(at: 20) == [.attempt("a")])
    }

    @Test("Intervals of less than a second are a second")
    func shortIntervals() {
        var bench = Bench()
        bench.update(Rows.check("a", interval: .zero))
        #expect(bench.due(at: 0) == [.attempt("a")])
        _ = bench.finish("a", .passing)
        #expect(bench.due(at: 0.9) == [])
        #expect(bench.due(at: 1) == [.attempt("a")])
    }

    @Test("Checks of other nodes and those whose status others tell are not tried")
    func notOurs() {
        var bench = Bench()
        bench.update(
            Rows.check("far", node: "there"), Rows.check("engine", .engine), Rows.check("told", .external),
            Rows.check("maintenance", .maintenance), Rows.check("node", service: nil))
        #expect(bench.due(at: 100) == [.attempt("node")])
    }

    @Test("No more tries are under way than allowed, and the others follow in their order")
    func concurrency() {
        var bench = Bench(tries: 2)
        bench.update(Rows.check("a"), Rows.check("b"), Rows.check("c"))
        let first = bench.due(at: 0)
        #expect(first.count == 2)
        #expect(bench.due(at: 1) == [])
        guard case .attempt(let id) = first[0] else { return }
        _ = bench.finish(id, .passing)
        let second = bench.due(at: 1)
        #expect(second.count == 1)
        #expect(!first.contains(second[0]))
    }

    @Test("A check that is gone is not tried again, and the result of a try under way means nothing")
    func vanishing() {
        var bench = Bench()
        bench.update(Rows.check("a"))
        #expect(bench.due(at: 0) == [.attempt("a")])
        bench.update()
        #expect(bench.finish("a", .passing) == [])
        #expect(bench.due(at: 100) == [])
    }

    @Test("A changed definition begins anew")
    func changing() {
        var bench = Bench()
        bench.update(Rows.check("a"))
        #expect(bench.due(at: 0) == [.attempt("a")])
        bench.update(Rows.check("a", interval: .seconds(20)))
        #expect(bench.due(at: 0) == [.attempt("a")])
        #expect(bench.finish("a", .passing, "by the old definition") == [])
        #expect(bench.finish("a", .passing, "by the new one") == [.record("a", .passing, "by the new one")])
        #expect(bench.due(at: 19) == [])
        #expect(bench.due(at: 20) == [.attempt("a")])
    }

    // MARK: What is told

    @Test("A status is told when it changes, an output at most every five minutes")
    func telling() {
        var bench = Bench()
        bench.update(Rows.check("a"))
        _ = bench.due(at: 0)
        #expect(bench.finish("a", .passing, "1") == [.record("a", .passing, "1")])
        _ = bench.due(at: 10)
        #expect(bench.finish("a", .passing, "2") == [])
        _ = bench.due(at: 299)
        #expect(bench.finish("a", .passing, "3") == [])
        _ = bench.due(at: 310)
        #expect(bench.finish("a", .passing, "4") == [.record("a", .passing, "4")])
        _ = bench.due(at: 320)
        #expect(bench.finish("a", .critical, "5") == [.record("a", .critical, "5")])
    }

    @Test("The first failure of a check that was critical from the start is told, so that a person sees why")
    func firstOutput() {
        var bench = Bench()
        bench.update(Rows.check("a"))
        _ = bench.due(at: 0)
        #expect(bench.finish("a", .critical, "refused") == [.record("a", .critical, "refused")])
    }

    @Test("After a restart of the daemon the same result is not told again")
    func restartOfTheDaemon() {
        var bench = Bench()
        bench.update(Rows.check("a", status: .passing, output: "200 OK at 10:00"))
        _ = bench.due(at: 0)
        #expect(bench.finish("a", .passing, "200 OK at 10:05") == [])
    }

    @Test("Failures that do not count yet are not told")
    func thresholds() {
        var bench = Bench()
        bench.update(Rows.check("a", status: .passing, failures: 2))
        _ = bench.due(at: 0)
        #expect(bench.finish("a", .critical, "1") == [])
        _ = bench.due(at: 10)
        #expect(bench.finish("a", .critical, "2") == [.record("a", .critical, "2")])
    }

    @Test("A result that could not be written is told again after the next try")
    func notWritten() {
        var bench = Bench()
        bench.update(Rows.check("a"))
        _ = bench.due(at: 0)
        _ = bench.finish("a", .passing, "ok")
        bench.schedule.notRecorded(Service.Key(node: Rows.node, id: "a"))
        _ = bench.due(at: 10)
        #expect(bench.finish("a", .passing, "ok") == [.record("a", .passing, "ok")])
        _ = bench.due(at: 20)
        #expect(bench.finish("a", .passing, "ok") == [])
    }

    @Test("A status that somebody else has changed is put right by the next try")
    func overwritten() {
        var bench = Bench()
        bench.update(Rows.check("a"))
        _ = bench.due(at: 0)
        _ = bench.finish("a", .passing, "ok")
        bench.update(Rows.check("a", status: .critical, output: ""))
        _ = bench.due(at: 10)
        #expect(bench.finish("a", .passing, "ok") == [.record("a", .passing, "ok")])
    }
}
