import CairnCore
import CairnFiles
import Glibc
import SystemPackage

/// Writes files that can be made again at any time: whole or not at all, but without waiting for the disk. What is right
/// already is not touched.
struct DerivedFiles {
    /// Who owns the directories and links that root makes; nil when nobody else does. A file belongs to the owner of its
    /// directory.
    private let owner: (user: uid_t, group: gid_t)?

    /// - Parameter owner: the state root.
    init(owner: stat?) {
        self.owner = geteuid() == 0 ? owner.flatMap { $0.st_uid == 0 ? nil : ($0.st_uid, $0.st_gid) } : nil
    }

    /// Makes a directory and those above it; one that is there keeps the mode that somebody gave it.
    func makeDirectory(_ path: String, mode: mode_t = 0o755) throws(CairnError) {
        if FileSystem.isDirectory(path) { return }
        if mkdir(path, mode) != 0 && errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeDirectory(String(path[..<slash]))
            mkdir(path, mode)
        }
        guard FileSystem.isDirectory(path) else { throw FileSystem.failure("made", path) }
        // mkdir leaves out what the umask says.
        chmod(path, mode)
        if let owner { chown(path, owner.user, owner.group) }
    }

    /// The text becomes the file; nil removes it.
    func write(_ text: String?, to path: String, mode: mode_t = 0o644) throws(CairnError) {
        guard let text else { return try FileSystem.remove(path) }
        try write(Array(text.utf8), to: path, mode: mode)
    }

    func write(_ content: [UInt8], to path: String, mode: mode_t) throws(CairnError) {
        if FileSystem.status(path, followsLinks: false)?.st_mode == S_IFREG | mode, FileSystem.read(path) == content {
            return
        }
        if let slash = path.lastIndex(of: "/") { try makeDirectory(String(path[..<slash])) }
        try Files.write(content, to: FilePath(path), mode: mode, isLasting: false)
    }

    /// A symbolic link, in the place of whatever is there.
    func link(_ path: String, to target: String) throws(CairnError) {
        if FileSystem.target(of: path) == target { return }
        try FileSystem.remove(path)
        guard symlink(target, path) == 0 else { throw FileSystem.failure("made", path) }
        if let owner { lchown(path, owner.user, owner.group) }
    }

    /// Gives an open file to its owner. Returns whether that went well.
    func give(_ descriptor: Int32) -> Bool {
        owner.map { fchown(descriptor, $0.user, $0.group) == 0 } ?? true
    }
}
