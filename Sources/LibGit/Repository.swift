import CLibgit2
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A git repository, read through libgit2. Not `Sendable`: each task opens its own, which costs well under a millisecond.
public final class Repository {
    let pointer: OpaquePointer
    /// Whether the `GIT_*` variables of this process say where the objects are.
    let usesEnvironment: Bool
    /// The repository's directory, ending in a slash.
    public let path: String

    /// Opens the bare repository at exactly this path; nothing is searched for.
    ///
    /// - Parameters:
    ///   - path: The repository's directory.
    ///   - usingEnvironment: Take the repository and its object directories from `GIT_DIR`, `GIT_OBJECT_DIRECTORY` and
    ///     `GIT_ALTERNATE_OBJECT_DIRECTORIES`, as git sets them for a receive hook. Only so are the objects of a push
    ///     visible before the push is accepted: git keeps them in a quarantine (git-receive-pack(1)).
    /// - Throws: `GitError`.
    public init(path: String, usingEnvironment: Bool = false) throws {
        try Libgit2.start()
        var opened: OpaquePointer?
        if usingEnvironment {
            // Without a path libgit2 takes GIT_DIR, as git does.
            let start = getenv("GIT_DIR") == nil ? path : nil
            try check(git_repository_open_ext(&opened, start, GIT_REPOSITORY_OPEN_FROM_ENV.rawValue, nil))
        } else {
            try check(git_repository_open_bare(&opened, path))
        }
        pointer = try unwrap(opened)
        usesEnvironment = usingEnvironment
        self.path = String(cString: git_repository_path(pointer))
    }

    deinit { git_repository_free(pointer) }

    /// Creates a bare repository, and the directories that lead to it, with the settings a pushed-to repository needs. An
    /// existing repository keeps its objects and references and gets the settings.
    ///
    /// - Parameters:
    ///   - path: The repository's directory.
    ///   - hooksPath: The directory whose hooks git runs, instead of the repository's own (`core.hooksPath`).
    ///   - initialBranch: What `HEAD` names until somebody changes it.
    /// - Throws: `GitError`.
    public static func initializeBare(at path: String, hooksPath: String? = nil, initialBranch: String = "main") throws
    {
        try Libgit2.start()
        var options = git_repository_init_options()
        try check(git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION)))
        options.flags = GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
        var created: OpaquePointer?
        try initialBranch.withCString { branch in
            options.initial_head = branch
            try check(git_repository_init_ext(&created, path, &options))
        }
        let repository = try unwrap(created)
        defer { git_repository_free(repository) }
        try configure(repository, hooksPath: hooksPath)
    }

    private static func configure(_ repository: OpaquePointer, hooksPath: String?) throws {
        var opened: OpaquePointer?
        try check(git_repository_config(&opened, repository))
        let config = try unwrap(opened)
        defer { git_config_free(config) }
        for (key, value) in settings { try check(git_config_set_string(config, key, value)) }
        if let hooksPath { try check(git_config_set_string(config, "core.hooksPath", hooksPath)) }
    }

    /// Written as text, as `git config` would; see git-config(1) for each.
    private static let settings = [
        // Larger blobs are stored without deltas, so git can stream them in little memory.
        ("core.bigFileThreshold", "8m"),
        ("receive.advertisePushOptions", "true"),
        // A build is silent for minutes at times. The keep-alive of the side band tells a lost connection early.
        ("receive.keepAlive", "1"),
        ("transfer.fsckObjects", "true"),
        ("receive.fsckObjects", "true"),
        // Old and imported histories have these harmless faults; the large hosting services accept them too.
        ("receive.fsck.badTimezone", "warn"),
        ("receive.fsck.missingSpaceBeforeDate", "warn"),
        ("receive.fsck.zeroPaddedFilemode", "warn"),
    ]
}
