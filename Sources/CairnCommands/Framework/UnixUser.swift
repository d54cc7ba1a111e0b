import CairnCore
import Glibc

/// The unix user this process runs as.
enum UnixUser {
    /// Lets root become the owner of the state root for good, so that no file of it ever belongs to root. Any other user,
    /// and a root that owns the state, stay who they are.
    ///
    /// - Throws: `E-NOT-ALLOWED` when the system refuses; nothing has been touched then.
    static func becomeOwner(of root: String) throws(CairnError) {
        guard geteuid() == 0, let owner = StateRoot.owner(of: root), owner.user != 0 else { return }
        guard let account = getpwuid(owner.user) else {
            throw CairnError(
                .notAllowed, "The owner of \(root), user \(owner.user), has no account on this host",
                hint: "Give the directory to the user that Cairn shall run as.")
        }
        let group = account.pointee.pw_gid
        let home = String(cString: account.pointee.pw_dir)
        guard initgroups(account.pointee.pw_name, group) == 0, setgid(group) == 0, setuid(owner.user) == 0 else {
            throw CairnError(
                .notAllowed,
                "This process cannot become user \(owner.user), which owns \(root): \(String(cString: strerror(errno)))"
            )
        }
        setenv("HOME", home, 1)
    }

    /// Whoever calls: the user of sudo, or this process's user.
    static func caller(_ environment: [String: String]) -> String {
        if geteuid() == 0, let name = environment["SUDO_USER"], !name.isEmpty { return name }
        guard let account = getpwuid(getuid()) else { return "user \(getuid())" }
        return String(cString: account.pointee.pw_name)
    }
}
