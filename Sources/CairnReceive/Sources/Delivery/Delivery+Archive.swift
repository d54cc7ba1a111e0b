import CairnBuild
import CairnCore
import CairnDeploy
import CairnStore

extension Delivery {
    /// The limits for archives on this host.
    public func archiveLimits() throws -> ArchiveLimits {
        let properties = try platform.store.effectiveProperties("git", of: app.name)
        var limits = ArchiveLimits()
        if let files = properties["archive-max-files"].flatMap(Int.init) { limits.files = files }
        if let size = properties["archive-max-size"].flatMap(Int.init) { limits.size = size }
        return limits
    }

    /// An empty file for an archive to be written into.
    public func spool() throws -> SpoolFile {
        try SpoolFile(in: platform.settings.root + "/run", maximum: archiveLimits().size)
    }

    /// Deploys the files of an archive.
    ///
    /// - Parameters:
    ///   - kind: What it is; nil to tell by its first bytes.
    ///   - origin: Where it came from, for people: an address without a password, `standard input`.
    /// - Throws: `E-ARCHIVE-REFUSED`; why the deploy failed.
    public func deployArchive(
        _ file: SpoolFile, kind: ArchiveKind?, origin: String, author: CommitAuthor
    ) async throws {
        let archive = try Archive(file, kind: kind, limits: archiveLimits())
        let branch = try branch()
        reporter.step("Reading the archive (\(archive.kind.rawValue), \(file.size) bytes)")
        let text = CommitText(author: author, message: "Deploy the archive \(origin.excerpt(200))")
        let commit = try await CommitImport(repository: repositoryPath, reporter: reporter)
            .commit(archive, text: text, parent: branch.tip)
        if try isUnchanged(commit, at: branch) { return tellUnchanged() }
        try await deploy(
            commit, to: branch, kind: .archive(origin), description: "Deploy the archive \(origin.excerpt(80))")
    }

    /// Deploys the files of a directory of this host. No link in it is followed.
    ///
    /// - Throws: `E-INVALID-VALUE` unless the path is absolute; what reading the directory throws; why the deploy failed.
    public func deployDirectory(_ path: String, author: CommitAuthor) async throws {
        guard path.hasPrefix("/") else {
            throw CairnError(
                .invalidValue, "'\(path.excerpt())' is not the absolute path of a directory",
                hint: "Where a relative one begins would be a matter of chance.")
        }
        let file = try spool()
        let options = ArchiveOptions(appliesDockerignore: false, reporter: reporter)
        for try await bytes in DirectorySourceTree(path: path).archivedBytes(options) { try file.append(bytes) }
        try await deployArchive(file, kind: .tar, origin: path, author: author)
    }
}
