import Glibc

extension CommandContext {
    /// Runs work for which somebody waits, and cancels it on Ctrl-C, on SIGTERM, and when the caller goes away. Work that is
    /// past its point of no return goes on to its end: what it returns or throws is its own decision.
    func cancellable<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let caller = Caller(of: console, reads: false)
        defer { caller.stop() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                for await event in caller.events where event != .resized { break }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let value = result { return value }
                group.cancelAll()
            }
            throw CancellationError()
        }
    }
}
