import CLibgit2
import CairnCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Walks a tree depth first, in the order of paths, one entry at a time; each directory comes before what is in it.
///
/// Nothing is taken on trust: a tree object can be made by hand with any names. An entry that could lead out of the
/// tree, or that is there twice, ends the walk with an error.
public final class TreeCursor {
    private struct Level {
        let tree: OpaquePointer
        let count: Int
        /// The index of the entry that comes next.
        var next = 0
        var previousName: [UInt8] = []
        var previousIsDirectory = false
    }

    /// Paths have to fit into the kernel's PATH_MAX, and a tree of trees that all hold the same tree many times over
    /// (a "git bomb") ends at a number of entries that no real source has.
    static let maximumPathLength = 4095
    static let maximumEntries = 10_000_000

    private let repository: Repository
    private var levels: [Level] = []
    private var path: [UInt8] = []
    private var pendingDirectory: ObjectID?
    private var entries = 0

    init(repository: Repository, tree: ObjectID) throws {
        self.repository = repository
        try enter(tree)
    }

    deinit {
        for level in levels { git_tree_free(level.tree) }
    }

    /// The next entry, or `nil` after the last one.
    ///
    /// - Throws: `GitError`, `.unsafeTree` for a hostile tree.
    public func next() throws -> TreeEntry? {
        if let directory = pendingDirectory {
            pendingDirectory = nil
            try enter(directory)
        }
        while let level = levels.last {
            guard level.next < level.count else {
                leave()
                continue
            }
            let entry = try readEntry()
            if entry.kind == .directory {
                pendingDirectory = entry.id
                path = entry.pathBytes
            }
            return entry
        }
        return nil
    }

    /// Leaves out everything below the directory that `next()` returned last.
    public func skipDescendants() {
        guard pendingDirectory != nil else { return }
        pendingDirectory = nil
        removeLastComponent()
    }

    private func enter(_ id: ObjectID) throws {
        let tree = try repository.peel(id, to: GIT_OBJECT_TREE)
        levels.append(Level(tree: tree, count: git_tree_entrycount(tree)))
    }

    private func leave() {
        if let level = levels.popLast() { git_tree_free(level.tree) }
        removeLastComponent()
    }

    private func removeLastComponent() {
        path.removeSubrange((path.lastIndex(of: UInt8(ascii: "/")) ?? 0)...)
    }

    private func readEntry() throws -> TreeEntry {
        let top = levels.count - 1
        let index = levels[top].next
        levels[top].next += 1
        let entry = try unwrap(git_tree_entry_byindex(levels[top].tree, index))
        let name = Self.name(of: entry)
        let fullPath = path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
        try Self.check(name: name, path: fullPath)
        let result = try TreeEntry(entry: entry, path: fullPath)
        try checkOrder(name: name, isDirectory: result.kind == .directory, index: index)
        entries += 1
        guard entries <= Self.maximumEntries else {
            throw GitError(code: .unsafeTree, message: "the tree has more than \(Self.maximumEntries) entries")
        }
        return result
    }

    private static func name(of entry: OpaquePointer) -> [UInt8] {
        git_tree_entry_name(entry).map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) } ?? []
    }

    private static func check(name: [UInt8], path: [UInt8]) throws {
        let isSafe =
            !name.isEmpty && name != Array(".".utf8) && name != Array("..".utf8)
            && !name.contains(UInt8(ascii: "/")) && path.count <= maximumPathLength
            && String(decoding: name, as: UTF8.self).lowercased() != ".git"
        guard isSafe else {
            let text = String(decoding: path.prefix(200), as: UTF8.self)
            throw GitError(code: .unsafeTree, message: "the tree has an entry with the unsafe path '\(text.visible)'")
        }
    }

    /// Git sorts by name, a directory as if it ended in a slash. So a name comes twice next to itself, or, for a file and
    /// a directory of the same name, with only longer names that begin with it between them.
    private func checkOrder(name: [UInt8], isDirectory: Bool, index: Int) throws {
        let top = levels.count - 1
        let previous = levels[top]
        let key = Self.sortKey(name, isDirectory)
        var isUnique =
            index == 0
            || Self.sortKey(previous.previousName, previous.previousIsDirectory).lexicographicallyPrecedes(key)
        var earlier = index - 1
        while isUnique, isDirectory, earlier >= 0, let entry = git_tree_entry_byindex(previous.tree, earlier) {
            let other = Self.name(of: entry)
            guard other.starts(with: name) else { break }
            isUnique = other != name
            earlier -= 1
        }
        guard isUnique else {
            let text = String(decoding: name, as: UTF8.self).visible
            throw GitError(code: .unsafeTree, message: "the tree holds the name '\(text)' twice or is not sorted")
        }
        levels[top].previousName = name
        levels[top].previousIsDirectory = isDirectory
    }

    private static func sortKey(_ name: [UInt8], _ isDirectory: Bool) -> [UInt8] {
        isDirectory ? name + [UInt8(ascii: "/")] : name
    }
}

extension Repository {
    /// A cursor over everything below a tree.
    public func cursor(tree: ObjectID) throws -> TreeCursor {
        try TreeCursor(repository: self, tree: tree)
    }

    /// Visits every file, link and submodule below a tree, depth first and in the order of paths.
    public func walk(tree: ObjectID, visit: (TreeEntry) throws -> Void) throws {
        let cursor = try cursor(tree: tree)
        while let entry = try cursor.next() {
            if entry.kind != .directory { try visit(entry) }
        }
    }
}
