public import CairnCore
public import LibGit
public import NIOCore

/// The tree of a commit, read from the object database: nothing is checked out.
///
/// Symbolic links and the executable bit are kept. Submodules are fetched when an archive needs them. Pointers of Git LFS
/// are sent as they are, with a warning.
public struct GitSourceTree: SourceTree {
    /// The bare repository's directory.
    public let repositoryPath: String
    /// Whether the objects may be in the quarantine of a push; see `Repository.init(path:usingEnvironment:)`.
    public let usesEnvironment: Bool
    /// What is built.
    public let commit: ObjectID
    /// What git is told when it fetches submodules from other hosts.
    public var remoteVariables: [String: String] = [:]
    /// A directory that archives of the whole tree have as `.git`; see `GitDirectory`.
    public var gitDirectory: String?

    /// The tree of a commit, or of the commit that an annotated tag marks. Nothing is read yet.
    public init(repositoryPath: String, usingEnvironment: Bool = false, commit: ObjectID) {
        self.repositoryPath = repositoryPath
        usesEnvironment = usingEnvironment
        self.commit = commit
    }

    /// - Throws: `E-INVALID-FILE`; `E-GIT` when the repository cannot be read.
    public func file(at path: RelativePath, maximum: Int) async throws -> [UInt8]? {
        try withCommit { repository, commit in
            try repository.file(at: path, in: commit.tree, maximum: maximum)
        }
    }

    /// - Throws: `E-GIT` when the repository cannot be read.
    public func contains(_ path: RelativePath) async throws -> Bool {
        try withCommit { repository, commit in
            switch try repository.entry(at: path, in: commit.tree)?.kind {
            case .file, .executable, .symlink: true
            case .directory, .submodule, nil: false
            }
        }
    }

    /// - Throws: `E-GIT` when the repository cannot be read.
    public func names(in directory: RelativePath?) async throws -> [String] {
        try withCommit { repository, commit in
            var tree = commit.tree
            if let directory {
                guard let entry = try repository.entry(at: directory, in: tree), entry.kind == .directory else {
                    return []
                }
                tree = entry.id
            }
            let cursor = try repository.cursor(tree: tree)
            var names: [String] = []
            while let entry = try cursor.next() {
                names.append(entry.path)
                cursor.skipDescendants()
            }
            return names
        }
    }

    /// A hostile tree, a submodule that cannot be fetched, and a repository that cannot be read end the archive with
    /// `E-INVALID-FILE` and `E-GIT`.
    public func archive(_ options: ArchiveOptions) -> AsyncThrowingStream<ByteBuffer, any Error> {
        ContextArchive.stream(of: self, options: options) {
            try withCommit { repository, commit in
                let tree = try root(options.directory, of: commit, in: repository)
                let files = try GitCursor(
                    repository: repository, tree: tree, modificationTime: commit.time,
                    submodules: SubmoduleFetch(environment: remoteVariables, reporter: options.reporter),
                    reporter: options.reporter)
                guard let gitDirectory, options.directory == nil else { return files }
                return try GitDirectoryCursor(gitDirectory, before: files, reporter: options.reporter)
            }
        }
    }

    private func root(_ directory: RelativePath?, of commit: Commit, in repository: Repository) throws -> ObjectID {
        guard let directory else { return commit.tree }
        guard let entry = try repository.entry(at: directory, in: commit.tree), entry.kind == .directory else {
            throw CairnError.noBuildDirectory(directory)
        }
        return entry.id
    }

    private func withCommit<Result>(_ body: (Repository, Commit) throws -> Result) throws -> Result {
        do {
            let repository = try Repository(path: repositoryPath, usingEnvironment: usesEnvironment)
            return try body(repository, try repository.commit(commit))
        } catch let error as GitError {
            throw CairnError(reading: commit, error)
        }
    }
}

extension CairnError {
    static func noBuildDirectory(_ directory: RelativePath?) -> CairnError {
        CairnError(
            .notFound, "The source has no directory '\(directory?.rawValue.visible ?? "")' to build",
            hint: "Change the app's build directory, or add it to the source.")
    }

    init(reading commit: ObjectID, _ error: GitError) {
        if error.code == .unsafeTree {
            self.init(
                .invalidFile, "Commit \(commit.short) cannot be built: \(error.message.visible)",
                hint: "Such a tree is not made by git itself. Check what 'git fsck' says about the repository.")
        } else {
            self.init(
                .git, "Commit \(commit.short) cannot be read: \(error.message.visible)",
                hint: "Push again. If that does not help, look at the repository with 'git fsck'.")
        }
    }
}
