public import CairnCore
public import NIOCore

/// The files that are built: a commit, a directory, or nothing at all.
public protocol SourceTree: Sendable {
    /// The bytes of a regular file; `nil` when nothing is at the path.
    ///
    /// - Throws: `E-INVALID-FILE` for anything but a regular file, and for one of more than `maximum` bytes.
    func file(at path: RelativePath, maximum: Int) async throws -> [UInt8]?

    /// Whether a file (or a link) is at the path.
    func contains(_ path: RelativePath) async throws -> Bool

    /// The names in a directory, in no order; `nil` is the root. Empty when there is no such directory.
    func names(in directory: RelativePath?) async throws -> [String]

    /// The tree as a tar archive, made as it is read: what is not asked for is not read yet, so a large tree needs
    /// little memory. Ending the loop ends the work.
    ///
    /// The archive is deterministic: equal trees give equal bytes.
    func archive(_ options: ArchiveOptions) -> AsyncThrowingStream<ByteBuffer, any Error>
}

/// What goes into an archive of a source tree.
public struct ArchiveOptions: Sendable {
    /// Only what is below this directory, which becomes the archive's root.
    public var directory: RelativePath?
    /// Leaves out what `.dockerignore` names.
    public var appliesDockerignore: Bool
    /// Leaves out what `.slugignore` names, instead.
    public var appliesSlugignore = false
    /// The directory of the archive that everything goes into; `nil` is its root.
    public var prefix: RelativePath?
    /// Whether the archive has no end, because another one follows it.
    public var isPart = false
    /// The Dockerfile's path below `directory`. It is always sent, and `<dockerfile>.dockerignore`, where it exists, is
    /// read instead of `.dockerignore`.
    public var dockerfile: RelativePath?
    /// Files that are not in the tree; one of the same path replaces the tree's.
    public var extraFiles: [ExtraFile]
    /// Told about what is in the tree but cannot be sent as it is.
    public var reporter: any ProgressReporter

    /// Options for the whole tree.
    public init(
        directory: RelativePath? = nil, appliesDockerignore: Bool = true, dockerfile: RelativePath? = nil,
        extraFiles: [ExtraFile] = [], reporter: any ProgressReporter = SilentReporter()
    ) {
        self.directory = directory
        self.appliesDockerignore = appliesDockerignore
        self.dockerfile = dockerfile
        self.extraFiles = extraFiles
        self.reporter = reporter
    }
}

/// A file made by Cairn that is sent along with a tree.
public struct ExtraFile: Sendable, Hashable {
    /// Its path in the archive.
    public let path: RelativePath
    /// Its bytes.
    public let content: [UInt8]
    /// Whether its mode is 0755 instead of 0644.
    public let isExecutable: Bool

    /// Makes a file.
    public init(path: RelativePath, content: [UInt8], isExecutable: Bool = false) {
        self.path = path
        self.content = content
        self.isExecutable = isExecutable
    }
}

/// The tree of a source that has no files, such as an image.
public struct EmptySourceTree: SourceTree {
    /// Makes the empty tree.
    public init() {}
    /// Nothing.
    public func file(at path: RelativePath, maximum: Int) async throws -> [UInt8]? { nil }
    /// Never.
    public func contains(_ path: RelativePath) async throws -> Bool { false }
    /// None.
    public func names(in directory: RelativePath?) async throws -> [String] { [] }

    /// Only the extra files.
    public func archive(_ options: ArchiveOptions) -> AsyncThrowingStream<ByteBuffer, any Error> {
        ContextArchive.stream(of: self, options: options) { EmptyCursor() }
    }
}

private final class EmptyCursor: EntryCursor {
    let modificationTime = 0
    func next() async throws -> SourceEntry? { nil }
    func skipDescendants() {}
    func content(of entry: SourceEntry) throws -> any ContentReader { BytesReader([]) }
}
