import CairnCore
import Testing

@testable import CairnDNS

@Suite("How much one source may ask")
struct RateLimiterTests {
    private let second: UInt64 = 1_000_000_000

    private func source(_ bits: UInt32) -> IPAddress { .v4(IPv4Address(bits: bits)) }

    @Test("A source has its burst at once and then so many a second; others are not held back")
    func bucket() {
        var limiter = RateLimiter(.init(perSecond: 10, burst: 20))
        let flood = (0..<100).count { _ in limiter.admits(source(0x0a00_0001), at: second) }
        #expect(flood == 20)
        let other = (0..<20).count { _ in limiter.admits(source(0x0a00_0002), at: second) }
        #expect(other == 20)
        let later = (0..<100).count { _ in limiter.admits(source(0x0a00_0001), at: 2 * second) }
        #expect(later == 10)
    }

    @Test("The host asks as often as it likes, unless it is limited too")
    func loopback() {
        var limit = DNSSettings.RateLimit(perSecond: 1, burst: 1)
        var limiter = RateLimiter(limit)
        let exempt = (0..<100).count { _ in limiter.admits(source(0x7f00_0001), at: second) }
        #expect(exempt == 100)
        limit.exemptsLoopback = false
        limiter = RateLimiter(limit)
        let limited = (0..<100).count { _ in limiter.admits(source(0x7f00_0001), at: second) }
        #expect(limited == 1)
    }

    @Test("The addresses of one IPv6 block are one source")
    func blocks() {
        var limiter = RateLimiter(.init(perSecond: 1, burst: 5))
        let admitted = (0..<100).count { low in
            limiter.admits(.v6(IPv6Address(high: 0x2001_0db8_0000_0000, low: UInt64(low))), at: second)
        }
        #expect(admitted == 5)
    }

    @Test("A clock that stands still or goes back gives nothing away")
    func clock() {
        var limiter = RateLimiter(.init(perSecond: 1000, burst: 2))
        _ = limiter.admits(source(1), at: 5 * second)
        _ = limiter.admits(source(1), at: 5 * second)
        let isAdmitted = limiter.admits(source(1), at: second)
        #expect(!isAdmitted)
    }
}
