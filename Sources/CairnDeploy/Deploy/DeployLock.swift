public import CairnCore
import CairnStore
public import Foundation
import Glibc

/// At most one process changes what an app runs. The lock is an `flock` on a file that is never deleted, held by an open
/// descriptor that children do not inherit: it is free the moment its holder dies, however it dies.
public struct DeployLock: Sendable {
    /// Who holds the lock, as that process wrote it into the file.
    public struct Holder: Sendable, Equatable, Codable, CustomStringConvertible {
        public let actor: String
        public let since: Date
        public let pid: Int32
        public let buildID: String
        /// What it does, in a word or two: `git push`, `ps:scale`.
        public let operation: String

        /// Who does what, and since when.
        public var description: String {
            let seconds = max(0, Int(Date().timeIntervalSince(since)))
            return "\(operation) by \(actor), since \(seconds) s, pid \(pid)"
        }
    }

    /// A lock that this process holds, until `release` or its end.
    public final class Held: Sendable {
        private let descriptor: Int32
        fileprivate init(descriptor: Int32) { self.descriptor = descriptor }

        public func release() {
            ftruncate(descriptor, 0)
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
    }

    let path: String
    let app: AppName

    /// Who deploys at the moment; nil when nobody does.
    public var holder: Holder? {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        return Self.read(path)
    }

    /// Takes the lock. With `waits` it stands in line when another holds it; without, that is an error at once.
    ///
    /// - Throws: `E-DEPLOY-LOCKED`, which says who deploys and since when.
    public func take(_ holder: Holder, waits: Bool, reporter: any ProgressReporter) async throws -> Held {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CairnError(
                .io, "The lock file \(path) cannot be opened: \(String(cString: strerror(errno)))",
                hint: "Run 'cairn reconcile' as root, which mends the state root's directories.")
        }
        if await !isTaken(descriptor) {
            guard waits else {
                close(descriptor)
                throw refusal(Self.read(path))
            }
            if let other = Self.read(path) { reporter.step("Waiting for \(other)") }
            try await Self.wait(descriptor)
        }
        try write(holder, to: descriptor)
        return Held(descriptor: descriptor)
    }

    /// Tries to take the lock. A look at who holds it takes it for a moment too, and leaves the file empty: such a moment
    /// is waited for. There is no event for its end but the blocking call.
    private func isTaken(_ descriptor: Int32) async -> Bool {
        for _ in 0..<50 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            if Self.read(path) != nil { return false }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return false
    }

    /// `flock` blocks its thread, so it gets one of its own; a waiter that is cancelled leaves that thread behind, with
    /// the process about to end.
    private static func wait(_ descriptor: Int32) async throws {
        let (stream, continuation) = AsyncStream<Int32>.makeStream()
        Thread.detachNewThread {
            var result = flock(descriptor, LOCK_EX)
            while result != 0 && errno == EINTR { result = flock(descriptor, LOCK_EX) }
            continuation.yield(result)
            continuation.finish()
        }
        for await _ in stream { return }
        throw CancellationError()
    }

    private func write(_ holder: Holder, to descriptor: Int32) throws {
        let bytes = try JSONEncoder().encode(holder)
        ftruncate(descriptor, 0)
        let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard written == bytes.count else {
            close(descriptor)
            throw CairnError(
                errno == ENOSPC ? .diskFull : .io,
                "The lock file \(path) cannot be written: \(String(cString: strerror(errno)))",
                hint: "Free some disk space, then try again.")
        }
    }

    private static func read(_ path: String) -> Holder? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return try? JSONDecoder().decode(Holder.self, from: data)
    }

    private func refusal(_ holder: Holder?) -> CairnError {
        let who = holder.map { " (\($0))" } ?? ""
        return CairnError(
            .deployLocked, "\(app) currently has a deploy lock in place\(who)",
            hint: "Try again when it is done, or push with '-o wait' to stand in line.")
    }
}
