public import CairnCore
public import NIOCore
import SystemPackage

/// The files of a directory on disk, such as an unpacked archive. No link in it is ever followed.
public struct DirectorySourceTree: SourceTree {
    /// Where it is on this host.
    public let path: String
    /// The time that every file in an archive gets, in seconds since 1970; `nil` leaves each its own.
    public let modificationTime: Int?

    /// Names the directory; nothing is read yet.
    public init(path: String, modificationTime: Int? = nil) {
        self.path = path
        self.modificationTime = modificationTime
    }

    /// - Throws: `E-INVALID-FILE`; `E-IO` when the directory cannot be read.
    public func file(at path: RelativePath, maximum: Int) async throws -> [UInt8]? {
        guard let (parent, name) = try parent(of: path), let status = try parent.status(of: name) else { return nil }
        guard status.kind == .file, let (file, opened) = try parent.file(name) else {
            throw CairnError(
                .invalidFile, "'\(path.rawValue.visible)' is not a regular file",
                hint: "Put the file itself at this path.")
        }
        defer { try? file.close() }
        guard opened.size <= maximum else {
            throw CairnError(
                .invalidFile, "'\(path.rawValue.visible)' is larger than \(maximum) bytes",
                hint: "Is it really meant to be this file? Make it smaller.")
        }
        var buffer = ByteBuffer()
        let reader = FileReader(file, size: opened.size)
        while try reader.read(into: &buffer, maximum: maximum) > 0 {}
        return Array(buffer.readableBytesView)
    }

    /// - Throws: `E-IO` when the directory cannot be read.
    public func contains(_ path: RelativePath) async throws -> Bool {
        guard let (parent, name) = try parent(of: path), let status = try parent.status(of: name) else { return false }
        return status.kind == .file || status.kind == .symlink
    }

    /// - Throws: `E-IO` when the directory cannot be read.
    public func names(in directory: RelativePath?) async throws -> [String] {
        try handle(of: directory)?.names().map { String(decoding: $0, as: UTF8.self) } ?? []
    }

    /// A directory that cannot be read ends the archive with `E-IO`.
    public func archive(_ options: ArchiveOptions) -> AsyncThrowingStream<ByteBuffer, any Error> {
        ContextArchive.stream(of: self, options: options) {
            guard let root = try handle(of: options.directory) else {
                throw CairnError.noBuildDirectory(options.directory)
            }
            return try DirectoryCursor(root: root, modificationTime: modificationTime, reporter: options.reporter)
        }
    }

    /// `nil` when there is no such directory.
    private func handle(of directory: RelativePath?) throws -> DirectoryHandle? {
        var handle = try DirectoryHandle(path: path)
        for part in directory?.rawValue.utf8.split(separator: UInt8(ascii: "/")) ?? [] {
            guard let next = try handle.directory(Array(part)) else { return nil }
            handle = next
        }
        return handle
    }

    private func parent(of path: RelativePath) throws -> (DirectoryHandle, name: [UInt8])? {
        var handle = try DirectoryHandle(path: self.path)
        var parts = path.rawValue.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
        let name = parts.removeLast()
        for part in parts {
            guard let next = try handle.directory(part) else { return nil }
            handle = next
        }
        return (handle, name)
    }
}

/// Walks a directory. Names are sorted as git sorts them, so that a directory and a commit of the same files give the
/// same archive.
final class DirectoryCursor: EntryCursor {
    private struct Level {
        let handle: DirectoryHandle
        /// Sorted backwards: the next one is the last.
        var entries: [(name: [UInt8], status: DirectoryHandle.Status)]
        let prefix: [UInt8]
    }

    let modificationTime: Int
    private let fixedTime: Int?
    private let reporter: any ProgressReporter
    private var levels: [Level] = []
    private var pending: (path: [UInt8], name: [UInt8])?
    private var current: [UInt8] = []

    /// - Parameter prefix: What the paths begin with.
    init(
        root: DirectoryHandle, prefix: [UInt8] = [], modificationTime: Int?, reporter: any ProgressReporter
    ) throws {
        fixedTime = modificationTime
        self.modificationTime = modificationTime ?? 0
        self.reporter = reporter
        try enter(root, prefix: prefix)
    }

    func next() async throws -> SourceEntry? {
        if let directory = pending, let parent = levels.last?.handle {
            pending = nil
            if let handle = try parent.directory(directory.name) {
                try enter(handle, prefix: directory.path + [UInt8(ascii: "/")])
            }
        }
        while !levels.isEmpty {
            guard let (name, status) = levels[levels.count - 1].entries.popLast() else {
                levels.removeLast()
                continue
            }
            if let entry = take(name, status) { return entry }
        }
        return nil
    }

    func skipDescendants() { pending = nil }

    func content(of entry: SourceEntry) throws -> any ContentReader {
        guard let handle = levels.last?.handle else { return BytesReader([]) }
        if entry.kind == .symlink { return BytesReader(try handle.linkTarget(current)) }
        guard let (file, status) = try handle.file(current) else {
            throw CairnError(
                .io, "'\(String(decoding: entry.path, as: UTF8.self).visible)' changed while it was read",
                hint: "Build again when nothing writes to the source.")
        }
        return FileReader(file, size: status.size, ownsFile: true)
    }

    private func enter(_ handle: DirectoryHandle, prefix: [UInt8]) throws {
        var entries: [(name: [UInt8], status: DirectoryHandle.Status)] = []
        for name in try handle.names() {
            if let status = try handle.status(of: name) { entries.append((name, status)) }
        }
        func key(_ entry: (name: [UInt8], status: DirectoryHandle.Status)) -> [UInt8] {
            entry.status.kind == .directory ? entry.name + [UInt8(ascii: "/")] : entry.name
        }
        entries.sort { key($1).lexicographicallyPrecedes(key($0)) }
        levels.append(Level(handle: handle, entries: entries, prefix: prefix))
    }

    private func take(_ name: [UInt8], _ status: DirectoryHandle.Status) -> SourceEntry? {
        let path = (levels.last?.prefix ?? []) + name
        current = name
        let kind: SourceEntry.Kind
        switch status.kind {
        case .file: kind = .file(isExecutable: status.isExecutable)
        case .symlink: kind = .symlink
        case .directory:
            kind = .directory
            pending = (path, name)
        case .other:
            reporter.warning("\(String(decoding: path, as: UTF8.self)) is a device, socket or pipe: it is left out")
            return nil
        }
        return SourceEntry(path: path, kind: kind, modificationTime: fixedTime ?? status.modificationTime)
    }
}

private final class FileReader: ContentReader {
    let size: Int
    private let file: SystemPackage.FileDescriptor
    private let ownsFile: Bool

    init(_ file: SystemPackage.FileDescriptor, size: Int, ownsFile: Bool = false) {
        self.file = file
        self.size = size
        self.ownsFile = ownsFile
    }

    deinit {
        if ownsFile { try? file.close() }
    }

    func read(into buffer: inout ByteBuffer, maximum: Int) throws -> Int {
        let wanted = min(maximum, 256 << 10)
        return try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
            try file.read(into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(wanted)))
        }
    }
}
