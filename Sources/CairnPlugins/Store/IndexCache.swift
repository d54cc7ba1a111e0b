import Glibc
import Synchronization

/// The index of a process: read when it is first asked for, and again when its file is another one.
final class IndexCache: Sendable {
    private let layout: PluginLayout
    private let state = Mutex<State?>(nil)

    private struct State {
        let index: PluginIndex
        let stamp: Stamp?
    }

    /// What tells one file from the next that takes its place.
    private struct Stamp: Equatable {
        let number: UInt
        let seconds: Int
        let nanoseconds: Int

        init?(_ path: String) {
            guard let status = FileSystem.status(path) else { return nil }
            number = UInt(status.st_ino)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    init(_ layout: PluginLayout) { self.layout = layout }

    var index: PluginIndex {
        let stamp = Stamp(layout.index)
        return state.withLock { state in
            if let state, state.stamp == stamp { return state.index }
            let index = PluginIndex.load(layout)
            state = State(index: index, stamp: stamp)
            return index
        }
    }
}
