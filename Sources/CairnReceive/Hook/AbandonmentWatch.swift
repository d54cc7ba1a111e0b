import Glibc
import Synchronization

/// Notices that nobody waits for the work any more: a signal asks the process to end, or whoever reads its output is
/// gone. One thread sleeps in poll(2) until either happens.
final class AbandonmentWatch: Sendable {
    /// Yields once for each event; finishes with `stop`.
    let events: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let pipe: (read: Int32, write: Int32)

    /// From now on the signals INT, TERM and HUP no longer end the process, nor does a write without a reader.
    ///
    /// - Parameter descriptors: The ends of pipes, or terminals, whose other end is watched. Plain files never go away.
    init(descriptors: [Int32]) {
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        pipe = Self.makePipe()
        signalPipe.store(pipe.write, ordering: .sequentiallyConsistent)
        for number in endingSignals { signal(number, noteSignal) }
        signal(SIGPIPE, SIG_IGN)
        let loop = Loop(continuation: continuation, pipe: pipe.read, descriptors: descriptors)
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Loop>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(loop).toOpaque())
        pthread_detach(thread)
    }

    /// Ends the thread. The signals stay without effect: work that is done is not to be undone by a late one. The pipe's
    /// writing end stays open too, as a signal handler may be about to use it.
    func stop() {
        _ = signalPipe.compareExchange(expected: pipe.write, desired: -1, ordering: .sequentiallyConsistent)
        var end = UInt8(0)
        write(pipe.write, &end, 1)
        continuation.finish()
    }

    /// Not inherited by children; writing to it never blocks a signal handler.
    private static func makePipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        Glibc.pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        return (ends[0], ends[1])
    }

    private final class Loop: Sendable {
        let continuation: AsyncStream<Void>.Continuation
        let pipe: Int32
        let descriptors: [Int32]

        init(continuation: AsyncStream<Void>.Continuation, pipe: Int32, descriptors: [Int32]) {
            self.continuation = continuation
            self.pipe = pipe
            self.descriptors = descriptors
        }

        /// The threads that run tasks block all signals, and so does a thread that one of them makes. This one takes them.
        private func unblockSignals() {
            var set = sigset_t()
            sigemptyset(&set)
            for number in endingSignals { sigaddset(&set, number) }
            pthread_sigmask(SIG_UNBLOCK, &set, nil)
        }

        /// poll reports errors and hang-ups without being asked for them, and skips negative descriptors.
        func run() {
            defer { close(pipe) }
            unblockSignals()
            var entries = [pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)]
            entries += descriptors.map { pollfd(fd: $0, events: 0, revents: 0) }
            while true {
                guard poll(&entries, nfds_t(entries.count), -1) >= 0 || errno == EINTR else { return }
                if entries[0].revents != 0 {
                    // A signal's number; 0 stops.
                    var number = UInt8(0)
                    guard read(pipe, &number, 1) == 1 else { continue }
                    if number == 0 { return }
                    continuation.yield()
                }
                for index in entries.indices.dropFirst() where entries[index].revents != 0 {
                    if Int32(entries[index].revents) & (POLLERR | POLLHUP) != 0 { continuation.yield() }
                    entries[index].fd = -1
                    entries[index].revents = 0
                }
            }
        }
    }
}

/// What asks a process to end.
private let endingSignals = [SIGINT, SIGTERM, SIGHUP]

/// Where the signal handler writes; -1 while nobody watches.
private let signalPipe = Atomic<Int32>(-1)

/// Does only what signal-safety(7) allows.
private func noteSignal(_ number: Int32) {
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalPipe.load(ordering: .sequentiallyConsistent), &byte, 1)
    errno = saved
}

/// Runs the work, and cancels its task when nobody waits for it any more. What it returns or throws then is its own
/// decision: work that is past its point of no return goes on to its end.
///
/// - Parameters:
///   - descriptors: Where the work's output goes.
///   - work: What is cancelled.
/// - Returns: What the work returns.
/// - Throws: What the work throws.
func cancellingWhenAbandoned<Value: Sendable>(
    watching descriptors: [Int32], _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let watch = AbandonmentWatch(descriptors: descriptors)
    defer { watch.stop() }
    return try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            for await _ in watch.events { break }
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
