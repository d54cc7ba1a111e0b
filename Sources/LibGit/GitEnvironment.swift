#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The environment of git's child processes.
public enum GitEnvironment {
    /// What ties a git process to one repository, as `git rev-parse --local-env-vars` lists it, and the quarantine of a
    /// push. A child that works on another repository must not inherit these.
    public static let repositoryVariables: Set<String> = [
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
        "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE",
        "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_SHALLOW_FILE",
        "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_QUARANTINE_PATH", "GIT_INTERNAL_SUPER_PREFIX",
    ]

    /// For a child that reads the objects that `repository` reads, the same way: from a push's quarantine where the
    /// repository was opened so, and without replacement objects, which libgit2 does not know.
    public static func variables(for repository: Repository) -> [String: String] {
        var result = inherited(keepingRepository: repository.usesEnvironment)
        result["GIT_DIR"] = repository.path
        result["GIT_NO_REPLACE_OBJECTS"] = "1"
        return result
    }

    /// For a child that works on the repository at a path, whatever repository this process was started for.
    public static func variables(forRepositoryAt path: String) -> [String: String] {
        var result = inherited(keepingRepository: false)
        result["GIT_DIR"] = path
        return result
    }

    /// This process's variables. Messages are asked for in English, because they become evidence in errors.
    private static func inherited(keepingRepository: Bool) -> [String: String] {
        var result: [String: String] = [:]
        var next = environ
        while let variable = next.pointee {
            let text = String(cString: variable)
            next += 1
            guard let equals = text.firstIndex(of: "=") else { continue }
            let name = String(text[..<equals])
            if keepingRepository || !repositoryVariables.contains(name) {
                result[name] = String(text[text.index(after: equals)...])
            }
        }
        result["LC_ALL"] = "C"
        return result
    }
}
