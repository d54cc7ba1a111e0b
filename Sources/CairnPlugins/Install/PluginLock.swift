import CairnCore
import Glibc

/// Keeps two changes of the installed plugins apart; given back by the kernel when the process ends.
final class PluginLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `E-PLUGIN-REFUSED` when another change is under way, `E-IO`.
    init(_ layout: PluginLayout) throws(CairnError) {
        try FileSystem.makeDirectory(layout.root)
        let path = layout.root + "/.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw FileSystem.failure("opened", path) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
        close(descriptor)
        throw CairnError(
            .pluginRefused, "Another change of the plugins is under way", hint: "Try again when it is done.")
    }

    deinit {
        // Closing alone would not do while a process that is being started still has a copy.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
