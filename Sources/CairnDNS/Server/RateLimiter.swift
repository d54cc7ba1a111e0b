/// Counts what each source asks, and says when it is too much: a bucket of tokens each, in a table of fixed size.
///
/// A source's place in the table depends on a seed of this process, so nobody can choose whom to meet there. Whoever
/// comes to an occupied place takes it over; a flood of forged sources costs no memory.
struct RateLimiter: Sendable {
    private struct Bucket {
        var source: IPAddress
        var tokens: Double
        /// Nanoseconds.
        var time: UInt64
    }

    private let limit: DNSSettings.RateLimit
    private var buckets: [Bucket?]

    init(_ limit: DNSSettings.RateLimit, places: Int = 4096) {
        self.limit = limit
        buckets = Array(repeating: nil, count: max(places, 1))
    }

    /// - Parameter now: Nanoseconds of a clock that never goes back.
    mutating func admits(_ source: IPAddress, at now: UInt64) -> Bool {
        if limit.exemptsLoopback, source.isLoopback { return true }
        let source = Self.block(of: source)
        let place = Int(UInt(bitPattern: source.hashValue) % UInt(buckets.count))
        var bucket = Bucket(source: source, tokens: Double(limit.burst), time: now)
        if let known = buckets[place], known.source == source {
            let seconds = now > known.time ? Double(now - known.time) / 1e9 : 0
            bucket.tokens = min(Double(limit.burst), known.tokens + seconds * Double(limit.perSecond))
        }
        let isAdmitted = bucket.tokens >= 1
        if isAdmitted { bucket.tokens -= 1 }
        buckets[place] = bucket
        return isAdmitted
    }

    /// One host has as many addresses of an IPv6 block as it likes.
    private static func block(of source: IPAddress) -> IPAddress {
        guard case .v6(let address) = source else { return source }
        return .v6(IPv6Address(high: address.high, low: 0))
    }
}
