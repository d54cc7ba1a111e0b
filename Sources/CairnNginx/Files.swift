import CairnCore
import Glibc
import SystemPackage

/// Reads and writes small files whole. Everything written is on disk, under its own name and complete, or not there.
enum Files {
    static func exists(_ path: FilePath) -> Bool { access(path.string, F_OK) == 0 }

    static func read(_ path: FilePath) throws -> String {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                let chunk = 65_536
                while true {
                    let count = bytes.count
                    bytes.append(contentsOf: repeatElement(0, count: chunk))
                    let read = try bytes.withUnsafeMutableBytes {
                        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[count...]))
                    }
                    bytes.removeLast(chunk - read)
                    if read == 0 { return String(decoding: bytes, as: UTF8.self) }
                }
            }
        } catch let errno as Errno {
            throw failure("read", path, errno)
        }
    }

    /// The file's text; nil when it is not there or cannot be read.
    static func readIfPresent(_ path: FilePath) -> String? { try? read(path) }

    /// Writes beside the file, flushes, renames over it and flushes the directory (a crash leaves the old or the new
    /// text, see Pillai et al., OSDI 2014).
    ///
    /// With `isLasting` false the file need not outlive a crash of the host, and is not flushed.
    static func write(
        _ text: String, to path: FilePath, mode: FilePermissions = .ownerReadWriteOthersRead, isLasting: Bool = true
    ) throws {
        let temporary = temporaryName(path)
        do {
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: mode)
            try file.closeAfter {
                _ = try file.writeAll(Array(text.utf8))
                if isLasting { try check(fsync(file.rawValue)) }
            }
            try check(rename(temporary.string, path.string))
            if isLasting { try flushDirectory(path.removingLastComponent()) }
        } catch let errno as Errno {
            unlink(temporary.string)
            throw failure("write", path, errno)
        }
    }

    /// Writes unless the file already holds `text`; says whether it wrote.
    @discardableResult
    static func writeIfChanged(
        _ text: String, to path: FilePath, mode: FilePermissions = .ownerReadWriteOthersRead, isLasting: Bool = true
    ) throws -> Bool {
        if readIfPresent(path) == text { return false }
        try write(text, to: path, mode: mode, isLasting: isLasting)
        return true
    }

    /// Makes `path` a symbolic link to `target`, replacing what is there in one step.
    static func link(_ path: FilePath, to target: String) throws {
        let temporary = temporaryName(path)
        do {
            try check(symlink(target, temporary.string))
            try check(rename(temporary.string, path.string))
            try flushDirectory(path.removingLastComponent())
        } catch let errno as Errno {
            unlink(temporary.string)
            throw failure("write", path, errno)
        }
    }

    static func linkTarget(_ path: FilePath) -> String? {
        let size = Int(PATH_MAX)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
            let count = buffer.baseAddress.map { readlink(path.string, $0, size) } ?? -1
            guard count > 0 else { return nil }
            return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    static func remove(_ path: FilePath) { unlink(path.string) }

    /// Makes the directory and those above it; `mode` is for the last one.
    static func makeDirectory(_ path: FilePath, mode: mode_t = 0o755) throws {
        if exists(path) { return }
        let parent = path.removingLastComponent()
        if parent.string != path.string && !parent.isEmpty { try makeDirectory(parent) }
        do {
            try check(mkdir(path.string, mode))
        } catch {
            if error != .fileExists { throw failure("make", path, error) }
        }
    }

    /// The names in a directory, sorted; empty when it is not there.
    static func entries(_ path: FilePath) -> [String] {
        guard let directory = opendir(path.string) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The absolute path with all links followed; nil when it leads nowhere.
    static func resolved(_ path: FilePath) -> FilePath? {
        guard let pointer = realpath(path.string, nil) else { return nil }
        defer { free(pointer) }
        return FilePath(String(cString: pointer))
    }

    static func failure(_ verb: String, _ path: FilePath, _ errno: Errno) -> CairnError {
        CairnError(
            errno == .noSpace ? .diskFull : .io, "Could not \(verb) \(path): \(errno)",
            hint: errno == .noSpace
                ? "Free some disk space, then try again." : "Check the file and who may write to it.")
    }

    /// A name beside the file that no other process or task uses.
    private static func temporaryName(_ path: FilePath) -> FilePath {
        let name = path.lastComponent?.string ?? "file"
        return path.removingLastComponent().appending(".\(name).\(getpid()).\(UInt32.random(in: 0...UInt32.max))")
    }

    private static func check(_ result: CInt) throws(Errno) {
        if result != 0 { throw Errno(rawValue: errno) }
    }

    private static func flushDirectory(_ path: FilePath) throws {
        let directory = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        try directory.closeAfter { try check(fsync(directory.rawValue)) }
    }
}

extension FilePermissions {
    static let ownerReadWriteOthersRead: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
}

/// Names files by their content. It guards against nothing but confusion: whoever reads the file compares it as well.
enum Fingerprint {
    /// 64-bit FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) as 16 hexadecimal digits.
    static func of(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
