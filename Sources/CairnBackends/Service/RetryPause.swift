/// The pauses between tries: each twice the one before, up to a longest.
struct RetryPause: Sendable {
    let first: Duration
    let last: Duration
    private var next: Duration

    init(first: Duration, last: Duration) {
        self.first = first
        self.last = last
        next = first
    }

    mutating func take() -> Duration {
        defer { next = min(next * 2, last) }
        return next
    }

    mutating func reset() { next = first }
}
