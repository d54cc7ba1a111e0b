import CLibgit2

/// One name in a tree.
public struct TreeEntry: Sendable, Hashable {
    /// What the name stands for.
    public enum Kind: Sendable, Hashable {
        case file
        /// A file whose owner may execute it; the only permission git keeps.
        case executable
        /// A symbolic link, whose blob is the text of the link.
        case symlink
        /// Another repository's commit.
        case submodule(ObjectID)
        case directory
    }

    /// The path from the root of the walked tree, as the bytes git has: names on Linux need not be UTF-8.
    public let pathBytes: [UInt8]
    /// What it is.
    public let kind: Kind
    /// The blob, the tree, or a submodule's commit.
    public let id: ObjectID

    /// The path as text; bytes that are not UTF-8 become U+FFFD.
    public var path: String { String(decoding: pathBytes, as: UTF8.self) }

    init(entry: OpaquePointer, path: [UInt8]) throws {
        let id = ObjectID(try unwrap(git_tree_entry_id(entry)))
        self.id = id
        pathBytes = path
        switch git_tree_entry_filemode(entry) {
        case GIT_FILEMODE_BLOB: kind = .file
        case GIT_FILEMODE_BLOB_EXECUTABLE: kind = .executable
        case GIT_FILEMODE_LINK: kind = .symlink
        case GIT_FILEMODE_COMMIT: kind = .submodule(id)
        case GIT_FILEMODE_TREE: kind = .directory
        default:
            throw GitError(
                code: .unsafeTree, message: "the entry '\(String(decoding: path, as: UTF8.self))' has an unknown mode")
        }
    }
}
