import CairnCore
import CairnFiles
import Glibc
import SystemPackage

/// The few operations on files that keeping plugins takes.
enum FileSystem {
    static func status(_ path: String, followsLinks: Bool = true) -> stat? {
        var found = stat()
        return (followsLinks ? stat(path, &found) : lstat(path, &found)) == 0 ? found : nil
    }

    static func isDirectory(_ path: String, followsLinks: Bool = true) -> Bool {
        status(path, followsLinks: followsLinks).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    static func exists(_ path: String) -> Bool { status(path, followsLinks: false) != nil }

    static func isExecutableFile(_ path: String) -> Bool {
        guard let status = status(path) else { return false }
        return status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o111 != 0
    }

    /// The names in a directory, in the order of their bytes; none where there is no directory.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Where a symbolic link points, as it is written; nil for what is no link.
    static func target(of link: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let capacity = buffer.count
        let count = buffer.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return -1 }
            return readlink(link, start.assumingMemoryBound(to: CChar.self), capacity)
        }
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// The path with all links followed; nil where it leads nowhere.
    static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The content of a file; nil when it cannot be read, or is larger than `maximum`.
    static func read(_ path: String, maximum: Int = 4 << 20) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var found = stat()
        guard fstat(descriptor, &found) == 0, found.st_mode & S_IFMT == S_IFREG, found.st_size <= maximum else {
            return nil
        }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(Int(found.st_size) + 1, 256 * 1024))
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0, content.count + count <= maximum else { return nil }
            if count == 0 { return content }
            content += chunk[..<count]
        }
    }

    /// Replaces a file so that a reader, or a host that lost its power, finds the old content or the new.
    ///
    /// - Throws: `E-DISK-FULL`, `E-IO`; the old file is whole then.
    static func replace(_ path: String, with content: [UInt8], mode: mode_t = 0o644) throws(CairnError) {
        try Files.write(content, to: FilePath(path), mode: mode)
    }

    /// Makes a directory and those above it that are missing. What root makes belongs to the owner of the one above.
    ///
    /// - Throws: `E-IO`.
    static func makeDirectory(_ path: String) throws(CairnError) {
        if mkdir(path, 0o755) == 0 {
            if let owner = owner(beside: path) { chown(path, owner.user, owner.group) }
            return
        }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeDirectory(String(path[..<slash]))
            if mkdir(path, 0o755) == 0 {
                if let owner = owner(beside: path) { chown(path, owner.user, owner.group) }
                return
            }
        }
        guard errno == EEXIST, isDirectory(path) else { throw failure("made", path) }
    }

    /// Removes a file, or a directory with all in it. Links are removed and not followed.
    ///
    /// - Throws: `E-IO` when something stays.
    static func remove(_ path: String) throws(CairnError) {
        if isDirectory(path, followsLinks: false) {
            for name in names(in: path) { try remove(path + "/" + name) }
            guard rmdir(path) == 0 || errno == ENOENT else { throw failure("removed", path) }
        } else {
            guard unlink(path) == 0 || errno == ENOENT else { throw failure("removed", path) }
        }
    }

    /// Calls `body` with everything below a directory, which comes after what is in it.
    static func walk(_ directory: String, _ body: (String) throws(CairnError) -> Void) throws(CairnError) {
        for name in names(in: directory) {
            let path = directory + "/" + name
            if isDirectory(path, followsLinks: false) { try walk(path, body) }
            try body(path)
        }
    }

    /// What `errno` says about a path. `verb` follows "cannot be".
    static func failure(_ verb: String, _ path: String) -> CairnError {
        let reason = String(cString: strerror(errno))
        return CairnError(
            errno == ENOSPC || errno == EDQUOT ? .diskFull : .io, "\(path.visible) cannot be \(verb): \(reason)",
            hint: "Check the owner and the permissions of its directory, and the space on the disk.")
    }

    /// Who shall own what root makes at a path; nil for everybody else, who can only make things of their own.
    private static func owner(beside path: String) -> (user: uid_t, group: gid_t)? {
        guard geteuid() == 0, let slash = path.lastIndex(of: "/") else { return nil }
        return status(slash == path.startIndex ? "/" : String(path[..<slash])).map { ($0.st_uid, $0.st_gid) }
    }
}

extension FileSystem {
    /// Gives something another name on the same file system.
    ///
    /// - Throws: `E-IO`.
    static func move(_ source: String, to target: String) throws(CairnError) {
        guard rename(source, target) == 0 else { throw failure("moved to \(target.visible)", source) }
    }

    /// Lets two directories change places in one step, where the system can (renameat2(2)); otherwise in three.
    ///
    /// - Throws: `E-IO`.
    static func exchange(_ first: String, _ second: String) throws(CairnError) {
        typealias Exchange = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
        // Glibc's module does not show it.
        if let symbol = dlsym(nil, "renameat2") {
            let renameat2 = unsafeBitCast(symbol, to: Exchange.self)
            // RENAME_EXCHANGE
            if renameat2(AT_FDCWD, first, AT_FDCWD, second, 2) == 0 { return }
        }
        let aside = first + ".aside"
        try move(first, to: aside)
        try move(second, to: first)
        try move(aside, to: second)
    }

    /// Gives everything in a directory to the owner of the one above it, where this process is root.
    static func adopt(_ directory: String) throws(CairnError) {
        guard geteuid() == 0, let slash = directory.lastIndex(of: "/"),
            let owner = status(String(directory[..<slash]))
        else { return }
        try walk(directory) { path throws(CairnError) in
            guard lchown(path, owner.st_uid, owner.st_gid) == 0 else { throw failure("given away", path) }
        }
        guard lchown(directory, owner.st_uid, owner.st_gid) == 0 else { throw failure("given away", directory) }
    }
}
