public import CairnCore
public import Glibc
public import SystemPackage

/// Everything written is under its own name and complete, or not there: a reader, or a host that lost its power, finds the
/// old content or the new (a temporary file beside it, fsync, rename, fsync of the directory; see Pillai et al., OSDI 2014).
extension Files {
    /// Replaces the file. One that root writes belongs to the owner of its directory, as the state root's owner has to
    /// read it.
    ///
    /// With `isLasting` false the file need not outlive a crash of the host, and the disk is not waited for.
    ///
    /// - Throws: `E-DISK-FULL`, `E-IO`. The old file is whole then.
    public static func write(
        _ bytes: [UInt8], to path: FilePath, mode: mode_t = 0o644, isLasting: Bool = true
    ) throws(CairnError) {
        let temporary = temporaryName(path)
        do {
            try fill(temporary, with: bytes, mode: mode, isLasting: isLasting)
            try check(rename(temporary.string, path.string))
            if isLasting { try flushDirectory(path.removingLastComponent()) }
        } catch {
            unlink(temporary.string)
            throw failure("write", path, error)
        }
    }

    /// Replaces the file by one that holds `text`; see above.
    public static func write(
        _ text: String, to path: FilePath, mode: mode_t = 0o644, isLasting: Bool = true
    ) throws(CairnError) {
        try write(Array(text.utf8), to: path, mode: mode, isLasting: isLasting)
    }

    /// Replaces the file unless it holds `text` and has the permissions already; says whether it wrote.
    @discardableResult
    public static func writeIfChanged(
        _ text: String, to path: FilePath, mode: mode_t = 0o644, isLasting: Bool = true
    ) throws(CairnError) -> Bool {
        if let found = status(path), found.st_mode & 0o7777 == mode, readIfPresent(path) == text { return false }
        try write(text, to: path, mode: mode, isLasting: isLasting)
        return true
    }

    /// Makes `path` a symbolic link to `target`, replacing what is there in one step.
    public static func link(_ path: FilePath, to target: String) throws(CairnError) {
        let temporary = temporaryName(path)
        do {
            try check(symlink(target, temporary.string))
            try check(rename(temporary.string, path.string))
            try flushDirectory(path.removingLastComponent())
        } catch {
            unlink(temporary.string)
            throw failure("write", path, error)
        }
    }

    private static func fill(
        _ path: FilePath, with bytes: [UInt8], mode: mode_t, isLasting: Bool
    ) throws(Errno) {
        let descriptor = open(path.string, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Errno(rawValue: errno) }
            rest = rest.dropFirst(count)
        }
        // The mode given to open(2) is narrowed by the umask.
        try check(fchmod(descriptor, mode))
        if geteuid() == 0, let owner = status(path.removingLastComponent()) {
            try check(fchown(descriptor, owner.st_uid, owner.st_gid))
        }
        if isLasting { try check(fsync(descriptor)) }
    }

    /// A name beside the file that no other process or task uses.
    private static func temporaryName(_ path: FilePath) -> FilePath {
        let name = path.lastComponent?.string ?? "file"
        return path.removingLastComponent().appending(".\(name).\(getpid()).\(UInt32.random(in: 0...UInt32.max))")
    }

    private static func check(_ result: CInt) throws(Errno) {
        if result != 0 { throw Errno(rawValue: errno) }
    }

    /// The new name is safe only when the directory that holds it is.
    private static func flushDirectory(_ path: FilePath) throws(Errno) {
        let directory = open(path.isEmpty ? "." : path.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Errno(rawValue: errno) }
        defer { close(directory) }
        try check(fsync(directory))
    }
}
