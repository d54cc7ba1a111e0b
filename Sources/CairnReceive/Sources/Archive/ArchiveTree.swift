import CairnCore

/// The files of an archive by their place in the tree they make. Whatever could lead out of the tree, or could mean two
/// things, is refused.
struct ArchiveTree {
    /// A file or a link. Its content goes by the number of the member that brought it.
    struct Leaf: Equatable {
        let content: Int
        let isExecutable: Bool
        /// Nil for a file.
        let linkTarget: [UInt8]?
    }

    private enum Node {
        case directory
        case leaf(Leaf)
    }

    private(set) var memberCount = 0
    /// What was left out although it is no danger, for a line to whoever sent it.
    private(set) var leftOut: Set<String> = []
    private var size = 0
    private var nodes: [[UInt8]: Node] = [:]
    private let limits: ArchiveLimits

    init(limits: ArchiveLimits) { self.limits = limits }

    /// Takes a member up.
    ///
    /// - Returns: The number that its content goes by; nil when it has none, or is left out.
    /// - Throws: `E-ARCHIVE-REFUSED`.
    mutating func add(_ member: ArchiveMember) throws(CairnError) -> Int? {
        memberCount += 1
        guard memberCount <= limits.files else {
            throw CairnError.archive("has more than \(limits.files) members (git:set archive-max-files)")
        }
        let parts = try ArchivePath.parts(of: member.path)
        if let name = ArchivePath.leftOut(parts) {
            leftOut.insert(name)
            return nil
        }
        guard !parts.isEmpty else { return nil }
        let path = ArchivePath.joined(parts)
        try makeParents(of: parts, of: member)
        switch member.kind {
        case .directory:
            try place(.directory, at: path)
            return nil
        case .file(let bytes, let isExecutable):
            size += bytes
            guard size <= limits.size else {
                throw CairnError.archive("unpacks to more than \(limits.size) bytes (git:set archive-max-size)")
            }
            let leaf = Leaf(content: memberCount, isExecutable: isExecutable, linkTarget: nil)
            try place(.leaf(leaf), at: path)
        case .symlink(let target):
            try ArchivePath.check(linkTarget: target, of: member.path)
            let leaf = Leaf(content: memberCount, isExecutable: false, linkTarget: target)
            try place(.leaf(leaf), at: path)
        case .hardLink(let target):
            guard case .leaf(let leaf)? = nodes[ArchivePath.joined(try ArchivePath.parts(of: target))] else {
                throw CairnError.archive(
                    "holds a link to a file that does not come before it: \(ArchiveMember.shown(member.path)) -> "
                        + ArchiveMember.shown(target))
            }
            try place(.leaf(leaf), at: path)
            return nil
        }
        return memberCount
    }

    /// All files and links in the order of their paths, without the one directory that everything is in, if there is one.
    ///
    /// - Throws: `E-ARCHIVE-REFUSED` when a link leads out of the tree, or when there is no file.
    func leaves() throws(CairnError) -> [(path: [UInt8], leaf: Leaf)] {
        let root = commonDirectory
        var tree: [[UInt8]: Node] = [:]
        for (path, node) in nodes where path.count > root.count { tree[Array(path.dropFirst(root.count))] = node }
        let links = tree.compactMapValues { node in
            if case .leaf(let leaf) = node { leaf.linkTarget } else { nil }
        }
        for (path, target) in links { try ArchiveLinks(targets: links).check(path, target) }
        var result: [(path: [UInt8], leaf: Leaf)] = []
        for case (let path, .leaf(let leaf)) in tree { result.append((path, leaf)) }
        guard !result.isEmpty else { throw CairnError.archive("holds no file") }
        return result.sorted { $0.path.lexicographicallyPrecedes($1.path) }
    }

    /// With its slash; empty when there is none.
    private var commonDirectory: [UInt8] {
        let tops = nodes.keys.filter { !$0.contains(UInt8(ascii: "/")) }
        guard tops.count == 1, let top = tops.first, case .directory? = nodes[top], nodes.count > 1 else { return [] }
        return top + [UInt8(ascii: "/")]
    }

    private mutating func makeParents(of parts: [[UInt8]], of member: ArchiveMember) throws(CairnError) {
        for count in parts.indices.dropFirst() {
            let path = ArchivePath.joined(parts.prefix(count))
            switch nodes[path] {
            case nil: nodes[path] = .directory
            case .directory?: continue
            case .leaf(let leaf)?:
                let what = leaf.linkTarget == nil ? "below a file" : "through a link"
                throw CairnError.archive(
                    "has a member that leads \(what): \(ArchiveMember.shown(member.path)) with "
                        + ArchiveMember.shown(path))
            }
        }
    }

    private mutating func place(_ node: Node, at path: [UInt8]) throws(CairnError) {
        switch (nodes[path], node) {
        case (nil, _): nodes[path] = node
        case (.directory?, .directory): break
        default: throw CairnError.archive("has two members of the same name: \(ArchiveMember.shown(path))")
        }
    }
}
