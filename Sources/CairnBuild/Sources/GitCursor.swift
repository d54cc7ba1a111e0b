import CairnCore
import LibGit
import NIOCore

/// Walks the tree of a commit, and those of its submodules.
final class GitCursor: EntryCursor {
    private struct Level {
        let repository: Repository
        let cursor: TreeCursor
        let commit: ObjectID?
        /// The submodule's path with a slash; empty for the commit itself.
        let prefix: [UInt8]
        let root: ObjectID
    }

    /// Repositories that contain each other must come to an end.
    static let maximumDepth = 8

    let modificationTime: Int
    private let submodules: SubmoduleFetch
    private let reporter: any ProgressReporter
    private var levels: [Level]
    /// The file or link that came last.
    private var current: TreeEntry?
    private var pendingSubmodule: (path: [UInt8], entry: TreeEntry, commit: ObjectID)?
    private var hasWarnedOfPointers = false

    init(
        repository: Repository, tree: ObjectID, modificationTime: Int, submodules: SubmoduleFetch,
        reporter: any ProgressReporter
    ) throws {
        self.modificationTime = modificationTime
        self.submodules = submodules
        self.reporter = reporter
        levels = [
            Level(
                repository: repository, cursor: try repository.cursor(tree: tree), commit: nil, prefix: [], root: tree)
        ]
    }

    func next() async throws -> SourceEntry? {
        if let submodule = pendingSubmodule {
            pendingSubmodule = nil
            try await enter(submodule.entry, commit: submodule.commit, path: submodule.path)
            return SourceEntry(path: submodule.path, kind: .directory, modificationTime: modificationTime)
        }
        while let level = levels.last {
            guard let entry = try translatingErrors({ try level.cursor.next() }) else {
                levels.removeLast()
                continue
            }
            return take(entry, level)
        }
        return nil
    }

    func skipDescendants() {
        if pendingSubmodule != nil {
            pendingSubmodule = nil
        } else {
            levels.last?.cursor.skipDescendants()
        }
    }

    func content(of entry: SourceEntry) throws -> any ContentReader {
        guard let current, let repository = levels.last?.repository else { return BytesReader([]) }
        return try translatingErrors {
            let size = try repository.size(of: current.id)
            if size > BlobStream.threshold {
                return BlobStreamReader(try BlobStream(current.id, in: repository), size: size)
            }
            let blob = try repository.blob(current.id)
            if entry.kind != .symlink { warnOfPointer(blob, path: entry.path) }
            return BlobReader(blob)
        }
    }

    private func take(_ entry: TreeEntry, _ level: Level) -> SourceEntry {
        let path = level.prefix + entry.pathBytes
        current = entry
        let kind: SourceEntry.Kind
        switch entry.kind {
        case .file: kind = .file(isExecutable: false)
        case .executable: kind = .file(isExecutable: true)
        case .symlink: kind = .symlink
        case .directory: kind = .directory
        case .submodule(let commit):
            kind = .submodule
            pendingSubmodule = (path, entry, commit)
        }
        return SourceEntry(path: path, kind: kind, modificationTime: modificationTime)
    }

    private func enter(_ entry: TreeEntry, commit: ObjectID, path: [UInt8]) async throws {
        guard let level = levels.last else { return }
        let shownPath = String(decoding: path, as: UTF8.self)
        guard levels.count <= Self.maximumDepth else {
            throw CairnError(
                .git, "The submodule '\(shownPath.visible)' is nested more than \(Self.maximumDepth) deep",
                hint: "Do the submodules contain each other?")
        }
        let fetched = try await submodules.repository(
            for: entry, commit: commit, shownPath: shownPath, in: level.repository, tree: level.root)
        guard let repository = fetched else { return }
        try translatingErrors {
            let tree = try repository.commit(commit).tree
            levels.append(
                Level(
                    repository: repository, cursor: try repository.cursor(tree: tree), commit: commit,
                    prefix: path + [UInt8(ascii: "/")], root: tree))
        }
    }

    private func translatingErrors<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as GitError {
            throw CairnError(
                error.code == .unsafeTree ? .invalidFile : .git, "The source cannot be read: \(error.message.visible)",
                hint: "Check what 'git fsck' says about the repository.")
        }
    }

    /// The first line of a pointer, and its largest size, are fixed by the specification of Git LFS
    /// (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
    private func warnOfPointer(_ blob: Blob, path: [UInt8]) {
        let start = "version https://git-lfs.github.com/spec/v1\n".utf8
        guard !hasWarnedOfPointers, blob.size < 1024, blob.withBytes({ $0.starts(with: start) }) else { return }
        hasWarnedOfPointers = true
        reporter.warning(
            """
            \(String(decoding: path, as: UTF8.self)) is a pointer of Git LFS: its content is not in the push, so the \
            build sees only the pointer (the same for every other file kept by LFS)
            """)
    }
}

private final class BlobReader: ContentReader {
    private let blob: Blob
    private var offset = 0

    init(_ blob: Blob) { self.blob = blob }

    var size: Int { blob.size }

    func read(into buffer: inout ByteBuffer, maximum: Int) throws -> Int {
        let count = min(maximum, blob.size - offset)
        blob.withBytes { bytes in
            _ = buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)]))
        }
        offset += count
        return count
    }
}

private final class BlobStreamReader: ContentReader {
    let size: Int
    private let stream: BlobStream

    init(_ stream: BlobStream, size: Int) {
        self.stream = stream
        self.size = size
    }

    func read(into buffer: inout ByteBuffer, maximum: Int) throws -> Int {
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: maximum) { space in
            try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(maximum)))
        }
    }
}
