public import CairnCore
public import Glibc
public import SystemPackage

/// Looks at files, reads small ones whole, and makes directories. What writes is in `Files+Write.swift`.
public enum Files {
    /// Whether something is at the path, links followed.
    public static func exists(_ path: FilePath) -> Bool { access(path.string, F_OK) == 0 }

    /// What stat(2) says; nil when there is nothing, or nothing that may be seen.
    public static func status(_ path: FilePath) -> stat? {
        var found = stat()
        return stat(path.string, &found) == 0 ? found : nil
    }

    /// The file's text; bytes that are no UTF-8 are repaired.
    ///
    /// - Throws: `E-IO`.
    public static func read(_ path: FilePath) throws(CairnError) -> String {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter { String(decoding: try content(file), as: UTF8.self) }
        } catch {
            throw failure("read", path, error as? Errno ?? .ioError)
        }
    }

    private static func content(_ file: FileDescriptor) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let chunk = 65_536
        while true {
            let count = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: chunk))
            let read = try bytes.withUnsafeMutableBytes {
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[count...]))
            }
            bytes.removeLast(chunk - read)
            if read == 0 { return bytes }
        }
    }

    /// The file's text; nil when it is not there or cannot be read.
    public static func readIfPresent(_ path: FilePath) -> String? { try? read(path) }

    /// Where a symbolic link points, as it is written; nil for what is no link.
    public static func linkTarget(_ path: FilePath) -> String? {
        let size = Int(PATH_MAX)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
            let count = buffer.baseAddress.map { readlink(path.string, $0, size) } ?? -1
            guard count > 0 else { return nil }
            return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    /// Removes a file or a link; what is not there is no error.
    public static func remove(_ path: FilePath) { unlink(path.string) }

    /// Makes the directory and those above it; `mode` is for the last one. What is there is left as it is.
    ///
    /// - Throws: `E-IO`, `E-DISK-FULL`.
    public static func makeDirectory(_ path: FilePath, mode: mode_t = 0o755) throws(CairnError) {
        if exists(path) { return }
        let parent = path.removingLastComponent()
        if parent.string != path.string && !parent.isEmpty { try makeDirectory(parent) }
        guard mkdir(path.string, mode) != 0 else { return }
        if errno != EEXIST { throw failure("make", path) }
    }

    /// The names in a directory, sorted; empty when it is not there.
    public static func entries(_ path: FilePath) -> [String] {
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
    public static func resolved(_ path: FilePath) -> FilePath? {
        guard let pointer = realpath(path.string, nil) else { return nil }
        defer { free(pointer) }
        return FilePath(String(cString: pointer))
    }

    /// What an error of the system says about a path, by default `errno`. `verb` follows "Could not".
    public static func failure(
        _ verb: String, _ path: FilePath, _ error: Errno = Errno(rawValue: Glibc.errno)
    ) -> CairnError {
        let isFull = error == .noSpace || error == .diskQuotaExceeded
        return CairnError(
            isFull ? .diskFull : .io, "Could not \(verb) \(path): \(error)",
            hint: isFull
                ? "Free some disk space, then try again." : "Check the owner and the permissions of its directory.")
    }
}
