import CairnCatalog
import Foundation
import Testing

@testable import CairnChecks

@Suite struct ExpiryTests {
    private static let ttl = Check.Probe.ttl(.seconds(15))

    private func beaten(_ deadline: Double, _ status: HealthStatus = .passing, output: String = "") -> Check {
        Rows.check("beat", Self.ttl, status: status, output: output, deadline: Rows.begin + deadline)
    }

    // MARK: TTL

    @Test("A TTL check expires at its deadline, once")
    func expiring() {
        var bench = Bench()
        bench.update(beaten(20))
        #expect(bench.due(at: 19.9) == [])
        #expect(bench.due(at: 20) == [.expire("beat")])
        bench.update(beaten(20, .critical, output: "TTL expired"))
        #expect(bench.due(at: 1000) == [])
    }

    @Test("A renewed deadline moves it, whatever was said: pass, warn and fail all set the clock back")
    func renewing() {
        var bench = Bench()
        bench.update(beaten(20))
        _ = bench.due(at: 10)
        bench.update(beaten(25, .warning))
        #expect(bench.due(at: 20) == [])
        bench.update(beaten(35, .critical, output: "no disk"))
        #expect(bench.due(at: 25) == [])
        #expect(bench.due(at: 35) == [.expire("beat")])
    }

    @Test("An expired check that passes again can expire again")
    func again() {
        var bench = Bench()
        bench.update(beaten(20))
        #expect(bench.due(at: 20) == [.expire("beat")])
        bench.update(beaten(20, .critical, output: "TTL expired"))
        bench.update(beaten(40))
        #expect(bench.due(at: 39) == [])
        #expect(bench.due(at: 40) == [.expire("beat")])
    }

    @Test("A deadline that passed while there was no daemon is followed by the time after a word")
    func downtime() {
        var bench = Bench()
        bench.update(beaten(-100))
        #expect(bench.due(at: 14.9) == [])
        #expect(bench.due(at: 15) == [.expire("beat")])
    }

    @Test("A check that was never spoken for expires too, unless it is critical anyway")
    func neverBeaten() {
        var bench = Bench()
        bench.update(
            Rows.check("passing", Self.ttl, status: .passing), Rows.check("critical", Self.ttl, status: .critical))
        #expect(bench.due(at: 15) == [.expire("passing")])
    }

    @Test("What could not be written is tried again")
    func notWritten() {
        var bench = Bench()
        bench.update(beaten(20))
        #expect(bench.due(at: 20) == [.expire("beat")])
        bench.schedule.notExpired(Service.Key(node: Rows.node, id: "beat"), bench.now)
        #expect(bench.due(at: 29) == [])
        #expect(bench.due(at: 30) == [.expire("beat")])
    }

    // MARK: Removal

    @Test("A service that stays critical is removed after the time it asked for, or a minute if that is longer")
    func removing() {
        var bench = Bench()
        bench.update(
            Rows.check("short", .external, service: "s", removedAfter: .seconds(1)),
            Rows.check("long", .external, service: "l", removedAfter: .seconds(90)),
            Rows.check("never", .external, service: "n"))
        #expect(bench.due(at: 59.9) == [])
        #expect(bench.due(at: 60) == [.deregister("s")])
        bench.update(Rows.check("long", .external, service: "l", removedAfter: .seconds(90)))
        #expect(bench.due(at: 89.9) == [])
        #expect(bench.due(at: 90) == [.deregister("l")])
    }

    @Test("The floor can be lowered")
    func floor() {
        var bench = Bench(removalFloor: .seconds(2))
        bench.update(Rows.check("a", .external, removedAfter: .seconds(1)))
        #expect(bench.due(at: 1.9) == [])
        #expect(bench.due(at: 2) == [.deregister("web")])
    }

    @Test("A service that is well again is not removed, also while the catalog does not say so yet")
    func recovering() {
        var bench = Bench()
        bench.update(Rows.check("a", interval: .seconds(45), removedAfter: .seconds(60)))
        _ = bench.due(at: 0)
        _ = bench.finish("a", .critical, "down")
        #expect(bench.due(at: 45) == [.attempt("a")])
        #expect(bench.finish("a", .passing, "up") == [.record("a", .passing, "up")])
        #expect(bench.due(at: 89) == [])
    }

    @Test("What was critical before the daemon's start has its full time from then")
    func beforeTheStart() {
        var bench = Bench()
        bench.update(Rows.check("a", .external, removedAfter: .seconds(120), since: Rows.begin - 3600))
        #expect(bench.due(at: 119) == [])
        #expect(bench.due(at: 120) == [.deregister("web")])
    }

    @Test("A removal that came to nothing is tried again")
    func removingAgain() {
        var bench = Bench()
        bench.update(Rows.check("a", .external, removedAfter: .seconds(60)))
        #expect(bench.due(at: 60) == [.deregister("web")])
        #expect(bench.due(at: 69) == [])
        #expect(bench.due(at: 70) == [.deregister("web")])
    }

    @Test("A node's own checks remove nothing")
    func nodeChecks() {
        var bench = Bench()
        bench.update(Rows.check("node", .external, service: nil, removedAfter: .seconds(60)))
        #expect(bench.due(at: 1000) == [])
    }
}
