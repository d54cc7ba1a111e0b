import CairnCore
import LibGit

/// Makes a commit of an archive's files in an app's repository. No branch moves.
struct CommitImport {
    /// The repository's directory.
    let repository: String
    let reporter: any ProgressReporter

    /// - Parameter parent: The commit that the new one follows; nil for the first.
    /// - Throws: `E-ARCHIVE-REFUSED` before anything is written; `E-GIT`.
    func commit(_ archive: Archive, text: CommitText, parent: ObjectID?) async throws -> ObjectID {
        // All of it is looked at first: a hostile archive leaves nothing in the repository.
        let tree = try await archive.read { try await Self.look(through: $0, archive.limits) }
        _ = try tree.leaves()
        for name in tree.leftOut.sorted() { reporter.warning("'\(name)' in the archive is left out") }
        return try await importing { stream, reference in
            let copied = try await archive.read { try await Self.copy($0, to: stream, archive.limits) }
            try await Self.commit(copied, text, to: reference, parent, stream)
        }
    }

    /// The same for an archive that Cairn makes itself, of a source tree.
    func commit(
        _ reader: any ArchiveReading, limits: ArchiveLimits, text: CommitText, parent: ObjectID?
    ) async throws -> ObjectID {
        try await importing { stream, reference in
            let tree = try await Self.copy(reader, to: stream, limits)
            try await Self.commit(tree, text, to: reference, parent, stream)
        }
    }

    /// git-fast-import(1) commits to a reference only: it gets one that nobody else knows, and that is gone afterwards.
    private func importing(_ body: (FastImportStream, String) async throws -> Void) async throws -> ObjectID {
        let reference = "refs/cairn/incoming/\(UInt64.random(in: 0...UInt64.max))"
        try await FastImport(repository: repository).run { try await body($0, reference) }
        do {
            let repository = try Repository(path: repository)
            guard let commit = try repository.reference(reference) else {
                throw CairnError(.git, "git has not made the commit", hint: "Try again.")
            }
            try repository.removeReference(reference)
            return commit
        } catch let error as GitError {
            throw CairnError(.git, "The new commit cannot be read: \(error.message)", hint: "Check with 'git fsck'.")
        }
    }

    private static func look(through reader: any ArchiveReading, _ limits: ArchiveLimits) async throws -> ArchiveTree {
        var tree = ArchiveTree(limits: limits)
        while let member = try await reader.next() { _ = try tree.add(member) }
        return tree
    }

    private static func copy(
        _ reader: any ArchiveReading, to stream: FastImportStream, _ limits: ArchiveLimits
    ) async throws -> ArchiveTree {
        var tree = ArchiveTree(limits: limits)
        while let member = try await reader.next() {
            guard let mark = try tree.add(member) else { continue }
            switch member.kind {
            case .file(let size, _):
                try await stream.beginBlob(mark: mark, size: size)
                while let piece = try await reader.content() { try await stream.write(piece) }
                try await stream.endBlob()
            case .symlink(let target):
                try await stream.beginBlob(mark: mark, size: target.count)
                try await stream.write(target)
                try await stream.endBlob()
            case .directory, .hardLink: continue
            }
        }
        return tree
    }

    private static func commit(
        _ tree: ArchiveTree, _ text: CommitText, to reference: String, _ parent: ObjectID?, _ stream: FastImportStream
    ) async throws {
        let files = try tree.leaves().map { CommitFile($0.path, $0.leaf) }
        try await stream.commit(text, to: reference, parent: parent, files: files)
    }
}
