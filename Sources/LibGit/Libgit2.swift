import CLibgit2
import CLibgit2Loader

/// The library's one initialization and its limits, which are global in libgit2.
public enum Libgit2 {
    /// Touching this loads and initializes the library, once per process; it is what went wrong then, mostly nothing. The
    /// library is never shut down: the process's end does that.
    private static let failure: String? = {
        if let reason = cairn_libgit2_load() { return String(cString: reason) }
        guard git_libgit2_init() > 0 else { return "it could not be initialized" }
        // The defaults are for interactive programs: 256 MB of cached objects, windows of 1 GB into packs. A deploy
        // reads every object once, so there is little to gain from a cache, and the host's memory belongs to the apps.
        _ = cairn_git_set_cache_max_size(4 << 20)
        _ = cairn_git_set_mwindow_size(4 << 20)
        _ = cairn_git_set_mwindow_mapped_limit(32 << 20)
        // Objects are checked when they are received (transfer.fsckObjects) and carry zlib's checksum on disk. Hashing
        // each again as it is read costs more than inflating it; git does not do it either.
        _ = cairn_git_set_strict_hash_verification(0)
        // This check guards against repositories found by searching upwards from a shared directory. Repositories are
        // opened here by exact path only, and libgit2 runs nothing that their configuration names.
        _ = cairn_git_set_owner_validation(0)
        return nil
    }()

    static func start() throws(GitError) {
        if let failure { throw GitError(code: .init(rawValue: -1), message: "libgit2 cannot be used: \(failure)") }
    }

    /// The file name of the library as it is loaded, when it is first used.
    public static var fileName: String { String(cString: cairn_libgit2_soname()) }
}
