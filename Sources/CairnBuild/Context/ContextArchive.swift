import CairnCore
import NIOCore

/// Makes the tar archive of a source tree while it is read: each `next()` makes one chunk.
actor ContextArchive {
    /// Large enough that calls are few, small enough to be nothing. In bytes.
    static let chunkSize = 256 << 10
    /// More patterns than this are no `.dockerignore`. In bytes.
    static let maximumIgnoreFile = 1 << 20

    private enum State {
        case opening
        case entries
        case content(any ContentReader, remaining: Int)
        case extraFiles
        case finished
    }

    private let tree: any SourceTree
    private let options: ArchiveOptions
    private let makeCursor: @Sendable () throws -> any EntryCursor
    private var state = State.opening
    private var cursor: (any EntryCursor)?
    private var filter: ContextFilter
    /// The directories that lead to where the cursor is, of which `written` are in the archive.
    private var directories: [TarHeader] = []
    private var written = 0
    /// The directories that extra files need and the tree has not brought.
    private var missingDirectories: Set<[UInt8]>

    static func stream(
        of tree: any SourceTree, options: ArchiveOptions, cursor: @escaping @Sendable () throws -> any EntryCursor
    ) -> AsyncThrowingStream<ByteBuffer, any Error> {
        let archive = ContextArchive(tree: tree, options: options, cursor: cursor)
        return AsyncThrowingStream { try await archive.next() }
    }

    private init(
        tree: any SourceTree, options: ArchiveOptions, cursor: @escaping @Sendable () throws -> any EntryCursor
    ) {
        self.tree = tree
        self.options = options
        makeCursor = cursor
        filter = ContextFilter(rules: .none, options: options)
        missingDirectories = Set(options.extraFiles.flatMap { Self.parents(of: Array($0.path.rawValue.utf8)) })
    }

    /// The next chunk; `nil` at the end.
    func next() async throws -> ByteBuffer? {
        var chunk = ByteBufferAllocator().buffer(capacity: Self.chunkSize + 4 * TarHeader.blockSize)
        while chunk.readableBytes < Self.chunkSize {
            try Task.checkCancellation()
            guard try await append(to: &chunk) else { break }
        }
        return chunk.readableBytes > 0 ? chunk : nil
    }

    /// Takes one step; `false` when there is none left.
    private func append(to chunk: inout ByteBuffer) async throws -> Bool {
        switch state {
        case .opening:
            writePrefix(to: &chunk)
            filter = ContextFilter(rules: try await readRules(), options: options)
            cursor = try makeCursor()
            state = .entries
        case .entries: try await appendEntry(to: &chunk)
        case .content(let reader, let remaining):
            try appendContent(from: reader, remaining: remaining, to: &chunk)
        case .extraFiles:
            appendExtraFiles(to: &chunk)
            if !options.isPart { TarHeader.writeEnd(to: &chunk) }
            cursor = nil
            state = .finished
        case .finished: return false
        }
        return true
    }

    /// The directories that lead to what is written.
    private func writePrefix(to chunk: inout ByteBuffer) {
        guard let prefix = options.prefix.map({ Array($0.rawValue.utf8) }) else { return }
        for path in Self.parents(of: prefix) + [prefix] {
            TarHeader(path: path, kind: .directory, modificationTime: 0).write(to: &chunk)
        }
    }

    private func write(_ header: TarHeader, to chunk: inout ByteBuffer) {
        guard let prefix = options.prefix else { return header.write(to: &chunk) }
        TarHeader(
            path: Array(prefix.rawValue.utf8) + [UInt8(ascii: "/")] + header.path, kind: header.kind,
            modificationTime: header.modificationTime
        ).write(to: &chunk)
    }

    private func readRules() async throws -> IgnoreRules {
        if options.appliesSlugignore { return try await readSlugignore() }
        guard options.appliesDockerignore else { return .none }
        var names: [RelativePath] = []
        // BuildKit looks for the Dockerfile's own file first and then does not read the general one.
        if let dockerfile = options.dockerfile {
            names.append(try RelativePath(validating: dockerfile.rawValue + ".dockerignore"))
        }
        names.append(try RelativePath(validating: ".dockerignore"))
        for name in names {
            let path = try options.directory.map { try RelativePath(validating: "\($0)/\(name)") } ?? name
            if let bytes = try await tree.file(at: path, maximum: Self.maximumIgnoreFile) {
                return try IgnoreRules(parsing: bytes, named: path.rawValue)
            }
        }
        return .none
    }

    private func readSlugignore() async throws -> IgnoreRules {
        let name = try RelativePath(validating: ".slugignore")
        let path = try options.directory.map { try RelativePath(validating: "\($0)/\(name)") } ?? name
        guard let bytes = try await tree.file(at: path, maximum: Self.maximumIgnoreFile) else { return .none }
        return try IgnoreRules(parsing: SlugIgnore.dockerignore(bytes), named: path.rawValue)
    }

    private func appendEntry(to chunk: inout ByteBuffer) async throws {
        guard let cursor, let entry = try await cursor.next() else {
            state = .extraFiles
            return
        }
        leaveDirectories(notAbove: entry.path)
        let isIgnored = filter.ignores(entry.path)
        switch entry.kind {
        case .directory:
            directories.append(
                TarHeader(path: entry.path, kind: .directory, modificationTime: entry.modificationTime))
            if !isIgnored { writeDirectories(to: &chunk) }
            if isIgnored, filter.ignoresAll(below: entry.path) { cursor.skipDescendants() }
        case .submodule:
            // The cursor goes on with a directory of this path, unless it is not wanted.
            if isIgnored, filter.ignoresAll(below: entry.path) { cursor.skipDescendants() }
        case .symlink:
            if isIgnored { return }
            writeDirectories(to: &chunk)
            let target = try bytes(of: cursor.content(of: entry))
            write(entry, .symlink(target: target), to: &chunk)
        case .file(let isExecutable):
            if isIgnored { return }
            writeDirectories(to: &chunk)
            let reader = try cursor.content(of: entry)
            write(entry, .file(size: reader.size, isExecutable: isExecutable), to: &chunk)
            state = .content(reader, remaining: reader.size)
        }
    }

    private func write(_ entry: SourceEntry, _ kind: TarHeader.Kind, to chunk: inout ByteBuffer) {
        write(TarHeader(path: entry.path, kind: kind, modificationTime: entry.modificationTime), to: &chunk)
    }

    private func bytes(of reader: any ContentReader) throws -> [UInt8] {
        var buffer = ByteBuffer()
        while try reader.read(into: &buffer, maximum: 4096) > 0, buffer.readableBytes <= 4096 {}
        return Array(buffer.readableBytesView)
    }

    private func appendContent(from reader: any ContentReader, remaining: Int, to chunk: inout ByteBuffer) throws {
        if remaining == 0 {
            TarHeader.writePadding(afterContentOf: reader.size, to: &chunk)
            state = .entries
            return
        }
        let count = try reader.read(into: &chunk, maximum: min(remaining, Self.chunkSize))
        // The header has promised the size already: nothing but giving up is left.
        guard count > 0 else { throw CairnError(.io, "A file of the source became shorter while it was read") }
        state = .content(reader, remaining: remaining - count)
    }

    private func leaveDirectories(notAbove path: [UInt8]) {
        while let last = directories.last, !path.starts(with: last.path + [UInt8(ascii: "/")]) {
            directories.removeLast()
        }
        written = min(written, directories.count)
    }

    /// Writes the directories above the next file that are ignored themselves, but hold an exception.
    private func writeDirectories(to chunk: inout ByteBuffer) {
        for directory in directories[written...] {
            write(directory, to: &chunk)
            missingDirectories.remove(directory.path)
        }
        written = directories.count
    }

    private func appendExtraFiles(to chunk: inout ByteBuffer) {
        let time = cursor?.modificationTime ?? 0
        for path in missingDirectories.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            write(TarHeader(path: path, kind: .directory, modificationTime: time), to: &chunk)
        }
        for file in options.extraFiles.sorted(by: { $0.path.rawValue < $1.path.rawValue }) {
            let header = TarHeader(
                path: Array(file.path.rawValue.utf8),
                kind: .file(size: file.content.count, isExecutable: file.isExecutable), modificationTime: time)
            write(header, to: &chunk)
            chunk.writeBytes(file.content)
            TarHeader.writePadding(afterContentOf: file.content.count, to: &chunk)
        }
    }

    private static func parents(of path: [UInt8]) -> [[UInt8]] {
        path.indices.filter { path[$0] == UInt8(ascii: "/") }.map { Array(path[..<$0]) }
    }
}

/// Decides what of a tree is sent.
struct ContextFilter: Sendable {
    private let rules: IgnoreRules
    private let needed: Set<[UInt8]>
    private let replaced: Set<[UInt8]>

    init(rules: IgnoreRules, options: ArchiveOptions) {
        self.rules = rules
        // A builder has to read these two even if they are ignored, as the Docker CLI sees to as well.
        let names = [options.dockerfile?.rawValue, options.dockerfile == nil ? nil : ".dockerignore"]
        needed = Set(names.compactMap { $0.map { Array($0.utf8) } })
        replaced = Set(options.extraFiles.map { Array($0.path.rawValue.utf8) })
    }

    func ignores(_ path: [UInt8]) -> Bool {
        replaced.contains(path) || (!needed.contains(path) && rules.ignores(path))
    }

    func ignoresAll(below directory: [UInt8]) -> Bool {
        let start = directory + [UInt8(ascii: "/")]
        return !needed.contains { $0.starts(with: start) } && rules.ignoresAll(below: directory)
    }
}
