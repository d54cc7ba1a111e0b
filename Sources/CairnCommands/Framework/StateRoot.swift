import CairnCore
import Glibc

/// The directory that holds all state, seen as a file: who owns it and whether this process may use it.
enum StateRoot {
    /// Makes sure that the database can be opened, or made.
    ///
    /// - Throws: `E-STORE` when the host has not been set up, `E-NOT-ALLOWED` when the root is another user's.
    static func prepare(_ settings: HostSettings) throws(CairnError) {
        if access(settings.database, R_OK | W_OK) == 0 { return }
        guard owner(of: settings.root) != nil else {
            throw CairnError(
                .store, "There is no state root at \(settings.root)",
                hint: "Run 'cairn setup' as root, or say with CAIRN_ROOT where it is.")
        }
        // A new one is the store's to make.
        if access(settings.database, F_OK) != 0 && access(settings.root, W_OK) == 0 { return }
        throw CairnError(
            .notAllowed, "The state root \(settings.root) belongs to another user",
            hint: "Run the command with sudo, or over ssh with a key that has been added.")
    }

    /// The user and group that own a directory; nil when it is not there.
    static func owner(of path: String) -> (user: uid_t, group: gid_t)? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return (status.st_uid, status.st_gid)
    }
}
