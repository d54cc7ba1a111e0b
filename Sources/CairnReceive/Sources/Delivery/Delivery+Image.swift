import CairnBuild
import CairnCore
public import CairnDeploy
import CairnFiles
import CairnStore
import Glibc
import SystemPackage

extension Delivery {
    /// Deploys an image.
    ///
    /// - Parameters:
    ///   - directory: A directory of this host that goes into the build's context, for images with `ONBUILD`.
    ///   - pull: When the image is fetched from its registry.
    /// - Throws: `E-FETCH` when the image cannot be had; why the deploy failed.
    public func deployImage(
        _ image: ImageName, buildDirectory directory: String? = nil, pull: ImagePull, author: CommitAuthor
    ) async throws {
        reporter.step("Generating build context")
        let tree = try Self.tree(directory)
        let id = try await platform.fetchImage(image.rawValue, pull, reporter: reporter)
        let branch = try branch()
        let options = ArchiveOptions(
            appliesDockerignore: false,
            extraFiles: [ExtraFile(path: try dockerfilePath(), content: image.dockerfile(id: id))],
            reporter: reporter)
        var pieces = tree.archivedBytes(options).makeAsyncIterator()
        let limits = try archiveLimits()
        let reader = TarReader(ByteReader(maximum: limits.stream) { try await pieces.next(isolation: #isolation) })
        let text = CommitText(author: author, message: "Deploy the image \(image)")
        let commit = try await CommitImport(repository: repositoryPath, reporter: reporter)
            .commit(reader, limits: limits, text: text, parent: branch.tip)
        if try isUnchanged(commit, at: branch) { return tellUnchanged() }
        try await deploy(
            commit, to: branch, kind: .image(image.rawValue),
            description: "Deploy the image \(image.rawValue.excerpt(80))")
    }

    private static func tree(_ directory: String?) throws -> any SourceTree {
        guard let directory else { return EmptySourceTree() }
        let tree = DirectorySourceTree(path: directory, modificationTime: 0)
        guard directory.hasPrefix("/"), Self.isDirectory(directory) else {
            throw CairnError(
                .notFound, "Invalid BUILD_DIR specified for docker build context",
                hint: "It is the absolute path of a directory of this host, which the owner of the state root may read."
            )
        }
        return tree
    }

    private static func isDirectory(_ path: String) -> Bool {
        Files.status(FilePath(path)).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// Where the app's settings make the build look.
    private func dockerfilePath() throws -> RelativePath {
        let file = try platform.store.effectiveProperties("builder-dockerfile", of: app.name)["dockerfile-path"]
        let directory = try platform.store.effectiveProperties("builder", of: app.name)["build-dir"]
        return try RelativePath(validating: (directory.map { $0 + "/" } ?? "") + (file ?? "Dockerfile"))
    }
}
