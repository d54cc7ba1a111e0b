import NIOCore
import Synchronization

/// A deadline that can be called off from anywhere.
final class Alarm: Sendable {
    private let scheduled = Mutex<Scheduled<Void>?>(nil)

    func set(_ task: Scheduled<Void>) {
        scheduled.withLock { $0 = task }
    }

    func cancel() {
        scheduled.withLock { task in
            task?.cancel()
            task = nil
        }
    }
}
