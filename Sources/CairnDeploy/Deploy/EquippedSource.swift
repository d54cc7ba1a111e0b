import CairnBuild
import CairnCore
import CairnStore
import LibGit

/// The keys of the namespace `git` that a deploy looks at.
public enum GitProperty {
    public static let namespace = "git"
    /// Whether builds see a `.git`.
    public static let keepsDirectory = "keep-git-dir"
}

/// The source of one deploy, with all that reading it takes beside its commit: how other hosts are reached for its
/// submodules, and its history where the app's builds are to see it.
struct EquippedSource {
    let source: Source
    private let directory: WorkDirectory?

    /// - Throws: `E-GIT`, `E-IO`, `E-DISK-FULL` when the history cannot be laid out.
    static func of(_ source: Source, for app: App, on platform: Platform) async throws -> EquippedSource {
        guard var tree = source.tree as? GitSourceTree else { return EquippedSource(source: source, directory: nil) }
        tree.remoteVariables = try platform.remoteVariables(of: app)
        let properties = try platform.store.effectiveProperties(GitProperty.namespace, of: app.name)
        guard properties[GitProperty.keepsDirectory] == "true" else {
            return EquippedSource(source: source.with(tree), directory: nil)
        }
        let directory = try WorkDirectory(below: platform.settings.root + "/run")
        let path = directory.path + "/.git"
        do {
            let branch = try properties["deploy-branch"] ?? headBranch(of: tree) ?? "main"
            try await GitDirectory.write(tree, branch: branch, to: path)
        } catch {
            directory.remove()
            throw error
        }
        tree.gitDirectory = path
        return EquippedSource(source: source.with(tree), directory: directory)
    }

    func remove() { directory?.remove() }

    private static func headBranch(of tree: GitSourceTree) throws -> String? {
        let reference = try Repository(path: tree.repositoryPath).headReference()
        return reference.map { $0.hasPrefix("refs/heads/") ? String($0.dropFirst("refs/heads/".count)) : $0 }
    }
}
