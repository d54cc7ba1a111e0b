import Foundation
import Glibc
import Synchronization

/// Whoever started this process, as far as its descriptors and signals tell: what they type, the size of their terminal,
/// and whether they are still there. One thread sleeps in poll(2) until something happens.
///
/// While it exists, the signals it was given do not end the process; they are events.
final class Caller: Sendable {
    enum Event: Sendable, Equatable {
        /// Bytes of standard input. No more are read until `wantMore` is called, so that memory does not fill when
        /// nobody takes them.
        case input([UInt8])
        case endOfInput
        case resized
        /// One of SIGINT, SIGTERM and SIGQUIT.
        case signal(Int32)
        /// The terminal was hung up, or nobody reads our output any more.
        case gone
    }

    /// Finishes with `stop`.
    let events: AsyncStream<Event>
    private let loop: Loop

    let hasInput: Bool
    private let signals: [Int32]

    /// The caller behind this process's console. Of any other console nothing is known: it types nothing and stays.
    convenience init(of console: any Console, reads: Bool) {
        if console is any DescriptorConsole {
            self.init(
                input: reads ? STDIN_FILENO : nil, outputs: [STDOUT_FILENO],
                signals: [SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGWINCH])
        } else {
            self.init(input: nil, outputs: [], signals: [])
        }
    }

    /// - Parameters:
    ///   - input: Where they type; nil when the input is not for us to read.
    ///   - outputs: Pipes or terminals whose other end is watched. Plain files never go away.
    ///   - signals: Those that become events.
    init(input: Int32?, outputs: [Int32], signals: [Int32]) {
        let (events, continuation) = AsyncStream<Event>.makeStream()
        self.events = events
        hasInput = input != nil
        self.signals = signals
        let loop = Loop(input: input, outputs: outputs, continuation: continuation)
        self.loop = loop
        if !signals.isEmpty { signalPipe.store(loop.pipe.write, ordering: .sequentiallyConsistent) }
        for number in signals { signal(number, noteSignal) }
        // A write without a reader is an error of that write, seen by poll as well.
        signal(SIGPIPE, SIG_IGN)
        Thread.detachNewThread { loop.run() }
    }

    /// The last input has been taken.
    func wantMore() { loop.tell(.more) }

    /// Ends the thread and gives the signals back their meaning.
    func stop() {
        if !signals.isEmpty { signalPipe.store(-1, ordering: .sequentiallyConsistent) }
        for number in signals { signal(number, SIG_DFL) }
        loop.tell(.stop)
    }

    /// What is written into the pipe beside the numbers of signals.
    fileprivate enum Word: UInt8 {
        case stop = 0
        case more = 255
    }

    private final class Loop: Sendable {
        let pipe: (read: Int32, write: Int32)
        let input: Int32?
        let outputs: [Int32]
        let continuation: AsyncStream<Event>.Continuation

        init(input: Int32?, outputs: [Int32], continuation: AsyncStream<Event>.Continuation) {
            self.input = input
            self.outputs = outputs
            self.continuation = continuation
            var ends: [Int32] = [-1, -1]
            // Not inherited by children, and writing to it never blocks a signal handler.
            Glibc.pipe(&ends)
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
            pipe = (ends[0], ends[1])
        }

        func tell(_ word: Word) {
            var byte = word.rawValue
            _ = write(pipe.write, &byte, 1)
        }

        /// poll reports errors and hang-ups without being asked for them, and passes over negative descriptors.
        func run() {
            var entries = [
                pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0),
                pollfd(fd: input ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            entries += outputs.map { pollfd(fd: $0, events: 0, revents: 0) }
            while poll(&entries, nfds_t(entries.count), -1) >= 0 || errno == EINTR {
                if entries[0].revents != 0, !readPipe(&entries[1].fd) { break }
                if entries[1].fd >= 0, entries[1].revents != 0 {
                    readInput(entries[1].fd)
                    // Until somebody wants more.
                    entries[1].fd = -1
                }
                for index in entries.indices.dropFirst(2)
                where Int32(entries[index].revents) & (POLLERR | POLLHUP) != 0 {
                    continuation.yield(.gone)
                    entries[index].fd = -1
                }
                for index in entries.indices { entries[index].revents = 0 }
            }
            continuation.finish()
            // The writing end stays open: a signal handler may be about to use it.
            close(pipe.read)
        }

        /// Returns false when the loop is to end.
        private func readPipe(_ inputEntry: inout Int32) -> Bool {
            var byte = UInt8(0)
            while read(pipe.read, &byte, 1) == 1 {
                switch Int32(byte) {
                case Int32(Word.stop.rawValue): return false
                case Int32(Word.more.rawValue): inputEntry = input ?? -1
                case SIGWINCH: continuation.yield(.resized)
                case SIGHUP: continuation.yield(.gone)
                case let number: continuation.yield(.signal(number))
                }
            }
            return true
        }

        private func readInput(_ descriptor: Int32) {
            var chunk = [UInt8](repeating: 0, count: 32 * 1024)
            var count = read(descriptor, &chunk, chunk.count)
            while count < 0 && errno == EINTR { count = read(descriptor, &chunk, chunk.count) }
            continuation.yield(count > 0 ? .input(Array(chunk[..<count])) : .endOfInput)
        }
    }
}

/// Where the signal handler writes; -1 while nobody watches.
private let signalPipe = Atomic<Int32>(-1)

/// Does only what signal-safety(7) allows.
private func noteSignal(_ number: Int32) {
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalPipe.load(ordering: .sequentiallyConsistent), &byte, 1)
    errno = saved
}
