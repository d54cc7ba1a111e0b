import CairnCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An open directory. Everything below is reached from here by single names and without following links, so nothing can
/// lead out of it, even if somebody changes the directory at the same time.
final class DirectoryHandle {
    enum Kind {
        case file, directory, symlink
        /// A device, a socket, a pipe: nothing that can be in an image's source.
        case other
    }

    struct Status {
        let kind: Kind
        let isExecutable: Bool
        /// In bytes.
        let size: Int
        /// Seconds since 1970.
        let modificationTime: Int
    }

    private let descriptor: Int32

    /// Opens a directory. The path may lead through links: whoever names the directory decides where it is.
    init(path: String) throws {
        descriptor = try Self.checked(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path)
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// The names in the directory, without `.` and `..`, as bytes and in no order.
    func names() throws -> [[UInt8]] {
        let copy = try Self.checked(openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", ".")
        guard let stream = fdopendir(copy) else {
            close(copy)
            throw Self.failure("read", ".")
        }
        defer { closedir(stream) }
        var result: [[UInt8]] = []
        let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 0
        while let entry = readdir(stream) {
            let name = UnsafeRawPointer(entry).advanced(by: offset)
            let bytes = Array(
                UnsafeRawBufferPointer(start: name, count: strlen(name.assumingMemoryBound(to: CChar.self))))
            if bytes != Array(".".utf8) && bytes != Array("..".utf8) { result.append(bytes) }
        }
        return result
    }

    /// What the name stands for; `nil` when it does not exist.
    func status(of name: [UInt8]) throws -> Status? {
        var info = stat()
        guard fstatat(descriptor, Self.cString(name), &info, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw Self.failure("inspect", String(decoding: name, as: UTF8.self))
        }
        return Status(info)
    }

    /// The directory of this name; `nil` when there is none, or something else.
    func directory(_ name: [UInt8]) throws -> DirectoryHandle? {
        let opened = openat(descriptor, Self.cString(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if opened < 0, [ENOENT, ENOTDIR, ELOOP].contains(errno) { return nil }
        return DirectoryHandle(descriptor: try Self.checked(opened, "open", String(decoding: name, as: UTF8.self)))
    }

    /// The regular file of this name and its state when it was opened; `nil` when it is no regular file.
    func file(_ name: [UInt8]) throws -> (file: FileDescriptor, status: Status)? {
        // O_NONBLOCK: opening a pipe that has taken the file's place must not wait for a writer.
        let opened = openat(descriptor, Self.cString(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if opened < 0, [ENOENT, ELOOP, ENXIO].contains(errno) { return nil }
        let file = FileDescriptor(
            rawValue: try Self.checked(opened, "open", String(decoding: name, as: UTF8.self)))
        var info = stat()
        guard fstat(opened, &info) == 0, Status(info).kind == .file else {
            try? file.close()
            return nil
        }
        return (file, Status(info))
    }

    /// The text of a symbolic link.
    func linkTarget(_ name: [UInt8]) throws -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlinkat(descriptor, Self.cString(name), &buffer, buffer.count)
        guard count >= 0 else { throw Self.failure("read", String(decoding: name, as: UTF8.self)) }
        return buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }

    private static func cString(_ name: [UInt8]) -> [CChar] { name.map { CChar(bitPattern: $0) } + [0] }

    private static func checked(_ result: Int32, _ action: String, _ name: String) throws -> Int32 {
        guard result >= 0 else { throw failure(action, name) }
        return result
    }

    private static func failure(_ action: String, _ name: String) -> CairnError {
        let reason = Errno(rawValue: errno)
        return CairnError(
            .io, "Cannot \(action) '\(name.visible)' of the source: \(reason)",
            hint: "Check that it exists and that the user who builds may read it.")
    }
}

extension DirectoryHandle.Status {
    fileprivate init(_ info: stat) {
        let kind: DirectoryHandle.Kind
        switch info.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .symlink
        default: kind = .other
        }
        self.init(
            kind: kind, isExecutable: info.st_mode & 0o111 != 0, size: Int(info.st_size),
            modificationTime: Int(info.st_mtim.tv_sec))
    }
}
