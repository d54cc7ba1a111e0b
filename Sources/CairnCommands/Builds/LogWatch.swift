import Dispatch
import Glibc

/// Tells that files have been written to, or closed by a writer (inotify(7)); a writer that dies closes them too.
final class LogWatch {
    /// Yields after changes; several may be one. Finishes with `stop`.
    let changes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let source: any DispatchSourceRead

    /// Files that cannot be watched are left out.
    init(_ paths: [String]) {
        let (changes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        (self.changes, self.continuation) = (changes, continuation)
        let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        for path in paths { inotify_add_watch(descriptor, path, UInt32(IN_MODIFY | IN_CLOSE_WRITE)) }
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
        source.setEventHandler {
            var events = [UInt8](repeating: 0, count: 4096)
            while read(descriptor, &events, events.count) > 0 {}
            continuation.yield()
        }
        source.setCancelHandler { close(descriptor) }
        source.activate()
    }

    func stop() {
        source.cancel()
        continuation.finish()
    }
}
