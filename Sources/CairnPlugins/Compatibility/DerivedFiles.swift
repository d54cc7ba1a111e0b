import CairnCore
import Glibc

/// Writes files that can be made again at any time: whole or not at all, but without waiting for the disk. What is right
/// already is not touched.
struct DerivedFiles {
    /// Who owns what root makes; nil when nobody else does.
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
        let staged = "\(path).\(getpid()).new"
        unlink(staged)
        let descriptor = open(staged, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw FileSystem.failure("written", path) }
        let isWritten = fill(descriptor, content) && fchmod(descriptor, mode) == 0 && give(descriptor)
        close(descriptor)
        guard isWritten, rename(staged, path) == 0 else {
            let error = FileSystem.failure("written", path)
            unlink(staged)
            throw error
        }
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

    private func fill(_ descriptor: Int32, _ content: [UInt8]) -> Bool {
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR { return false }
            if count > 0 { rest = rest.dropFirst(count) }
        }
        return true
    }
}
