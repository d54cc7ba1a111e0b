import CairnCore
import Glibc

/// Writes a file so that a reader, or a host that lost its power, finds the old content or the new, never a part of it.
enum AtomicFile {
    /// Replaces the file at `path`, by a temporary file beside it, `fsync` and `rename`. A file that root writes belongs to
    /// the owner of its directory, as the state root's owner has to read it.
    ///
    /// - Returns: Whether anything was written; the same content with the same permissions is left alone.
    /// - Throws: `E-DISK-FULL`, `E-IO`. The old file is whole then.
    @discardableResult
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(CairnError) -> Bool {
        if isCurrent(path, bytes, mode: mode) { return false }
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure(path) }
        do throws(CairnError) {
            defer { close(descriptor) }
            try fill(descriptor, with: bytes, mode: mode, ownerOf: directory, path: path)
            guard rename(temporary, path) == 0 else { throw failure(path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try synchronize(directory: directory, path: path)
        return true
    }

    private static func fill(
        _ descriptor: Int32, with bytes: [UInt8], mode: mode_t, ownerOf directory: String, path: String
    ) throws(CairnError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
        // The mode given to open(2) is narrowed by the umask.
        guard fchmod(descriptor, mode) == 0 else { throw failure(path) }
        if geteuid() == 0, let owner = status(of: directory) {
            guard fchown(descriptor, owner.st_uid, owner.st_gid) == 0 else { throw failure(path) }
        }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    /// The new name is safe only when the directory that holds it is.
    private static func synchronize(directory: String, path: String) throws(CairnError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func isCurrent(_ path: String, _ bytes: [UInt8], mode: mode_t) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var found = stat()
        guard fstat(descriptor, &found) == 0, found.st_mode & S_IFMT == S_IFREG, found.st_mode & 0o7777 == mode,
            found.st_size == bytes.count
        else { return false }
        var content = [UInt8](repeating: 0, count: bytes.count)
        return content.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) } == bytes.count
            && content == bytes
    }

    /// Makes the last directory of the path, and the one that holds it; those that exist are left alone.
    static func makeDirectory(_ path: String) throws(CairnError) {
        if mkdir(path, 0o750) == 0 || errno == EEXIST { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            mkdir(String(path[..<slash]), 0o750)
            if mkdir(path, 0o750) == 0 || errno == EEXIST { return }
        }
        throw failure(path)
    }

    /// What stat(2) says; nil when there is nothing, or nothing that may be seen.
    static func status(of path: String) -> stat? {
        var found = stat()
        return stat(path, &found) == 0 ? found : nil
    }

    /// What `errno` says about the file at `path`.
    static func failure(_ path: String) -> CairnError {
        let number = errno
        return CairnError(
            number == ENOSPC || number == EDQUOT ? .diskFull : .io,
            "\(path) cannot be written: \(String(cString: strerror(number)))",
            hint: number == ENOSPC || number == EDQUOT
                ? "Free some disk space, then try again." : "Check the owner and the permissions of its directory.")
    }
}
