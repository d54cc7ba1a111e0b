import CLibgit2
public import CairnCore

/// A commit, as far as a deploy wants to know it.
public struct Commit: Sendable, Hashable {
    /// Its own id.
    public let id: ObjectID
    /// The files.
    public let tree: ObjectID
    /// The first line or paragraph of the message.
    public let summary: String
    /// All of the message.
    public let message: String
    /// As the author wrote it; nothing proves it.
    public let authorName: String
    /// As the author wrote it; nothing proves it.
    public let authorEmail: String
    /// Seconds since 1970, when it was committed.
    public let time: Int
}

extension Repository {
    /// Reads the commit; the id of an annotated tag gives the commit it marks.
    ///
    /// - Throws: `GitError`, `.notFound` when there is no such object.
    public func commit(_ id: ObjectID) throws -> Commit {
        let commit = try peel(id, to: GIT_OBJECT_COMMIT)
        defer { git_object_free(commit) }
        let author = git_commit_author(commit)?.pointee
        return Commit(
            id: ObjectID(try unwrap(git_commit_id(commit))),
            tree: ObjectID(try unwrap(git_commit_tree_id(commit))),
            summary: git_commit_summary(commit).map { String(cString: $0) } ?? "",
            message: git_commit_message(commit).map { String(cString: $0) } ?? "",
            authorName: author?.name.map { String(cString: $0) } ?? "",
            authorEmail: author?.email.map { String(cString: $0) } ?? "",
            time: Int(git_commit_time(commit)))
    }

    /// Whether the object database has the object.
    public func contains(_ id: ObjectID) throws -> Bool {
        try withDatabase { database in
            var oid = id.oid
            return git_odb_exists(database, &oid) == 1
        }
    }

    /// The blob's length in bytes, from its header: the content is not read.
    public func size(of blob: ObjectID) throws -> Int {
        try withDatabase { database in
            var oid = blob.oid
            var size = 0
            var kind = GIT_OBJECT_INVALID
            try check(git_odb_read_header(&size, &kind, database, &oid))
            return size
        }
    }

    /// The blob's bytes.
    ///
    /// - Throws: `GitError` with `.tooLarge` when there are more than `maximum`.
    public func readBlob(_ id: ObjectID, maximum: Int) throws -> [UInt8] {
        let size = try size(of: id)
        guard size <= maximum else {
            throw GitError(code: .tooLarge, message: "blob \(id) has \(size) bytes, more than \(maximum)")
        }
        return try blob(id).withBytes { Array($0) }
    }

    /// The bytes of the file at a path; `nil` when nothing is there.
    ///
    /// - Throws: `E-INVALID-FILE` when a directory, a symbolic link or a submodule is there, or a file of more than
    ///   `maximum` bytes. A link is not followed, because it can lead anywhere.
    public func file(at path: RelativePath, in tree: ObjectID, maximum: Int) throws -> [UInt8]? {
        guard let entry = try entry(at: path, in: tree) else { return nil }
        let what: String
        switch entry.kind {
        case .file, .executable:
            guard try size(of: entry.id) <= maximum else {
                throw CairnError(
                    .invalidFile, "'\(path.rawValue.visible)' is larger than \(maximum) bytes",
                    hint: "Is it really meant to be this file? Make it smaller.")
            }
            return try readBlob(entry.id, maximum: maximum)
        case .symlink: what = "a symbolic link"
        case .submodule: what = "a submodule"
        case .directory: what = "a directory"
        }
        throw CairnError(
            .invalidFile, "'\(path.rawValue.visible)' is \(what), not a file",
            hint: "Commit the file itself at this path.")
    }

    /// What is at a path; `nil` when nothing is.
    public func entry(at path: RelativePath, in tree: ObjectID) throws -> TreeEntry? {
        let root = try peel(tree, to: GIT_OBJECT_TREE)
        defer { git_object_free(root) }
        var found: OpaquePointer?
        let result = git_tree_entry_bypath(&found, root, path.rawValue)
        if result == GIT_ENOTFOUND.rawValue { return nil }
        try check(result)
        defer { git_tree_entry_free(found) }
        return try TreeEntry(entry: unwrap(found), path: Array(path.rawValue.utf8))
    }

    func peel(_ id: ObjectID, to kind: git_object_t) throws -> OpaquePointer {
        var oid = id.oid
        var object: OpaquePointer?
        try check(git_object_lookup(&object, pointer, &oid, GIT_OBJECT_ANY))
        defer { git_object_free(object) }
        var peeled: OpaquePointer?
        try check(git_object_peel(&peeled, object, kind))
        return try unwrap(peeled)
    }

    private func withDatabase<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
        var opened: OpaquePointer?
        try check(git_repository_odb(&opened, pointer))
        let database = try unwrap(opened)
        defer { git_odb_free(database) }
        return try body(database)
    }
}
