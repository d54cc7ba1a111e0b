import CairnCore

/// Paths in archives: they may be written in many ways, and only lead down.
enum ArchivePath {
    /// PATH_MAX and NAME_MAX of Linux, and a depth that no real source has.
    private static let maximumLength = 4_095
    private static let maximumNameLength = 255
    private static let maximumDepth = 200

    private static let slash = UInt8(ascii: "/")
    private static let up = Array("..".utf8)

    /// The names in a path; none for the root.
    ///
    /// - Throws: `E-ARCHIVE-REFUSED` for one that leads somewhere else.
    static func parts(of path: [UInt8]) throws(CairnError) -> [[UInt8]] {
        let shown = ArchiveMember.shown(path)
        guard !path.isEmpty, !path.contains(0) else { throw CairnError.archive("has a member without a proper name") }
        guard path.first != slash else { throw CairnError.archive("holds an absolute path: \(shown)") }
        let parts = path.split(separator: slash).map { Array($0) }.filter { $0 != [UInt8(ascii: ".")] }
        guard !parts.contains(up) else { throw CairnError.archive("holds a path that leads out of it: \(shown)") }
        guard path.count <= maximumLength, parts.count <= maximumDepth,
            parts.allSatisfy({ $0.count <= maximumNameLength })
        else { throw CairnError.archive("holds a path that is too long: \(shown)") }
        return parts
    }

    static func joined(_ parts: some Collection<[UInt8]>) -> [UInt8] { Array(parts.joined(separator: [slash])) }

    /// The name of what is left out: a repository's own files, which would be a repository within the app's, and what
    /// macOS adds for itself.
    static func leftOut(_ parts: [[UInt8]]) -> String? {
        for part in parts {
            let name = String(decoding: part, as: UTF8.self).lowercased()
            if name == ".git" || name == "__macosx" { return String(decoding: part, as: UTF8.self) }
        }
        return nil
    }

    static func check(linkTarget target: [UInt8], of path: [UInt8]) throws(CairnError) {
        guard !target.isEmpty, !target.contains(0), target.count <= maximumLength else {
            throw CairnError.archive("holds a link that leads nowhere: \(ArchiveMember.shown(path))")
        }
        guard target.first != slash else { throw leavesTree(path, target) }
    }

    static func leavesTree(_ path: [UInt8], _ target: [UInt8]) -> CairnError {
        CairnError.archive(
            "holds a link that leads out of it: \(ArchiveMember.shown(path)) -> \(ArchiveMember.shown(target))")
    }
}

/// The symbolic links of an archive, followed as the kernel would follow them.
struct ArchiveLinks {
    /// By path.
    let targets: [[UInt8]: [UInt8]]

    /// As the kernel's own limit (path_resolution(7)).
    private static let maximumSteps = 40

    /// - Throws: `E-ARCHIVE-REFUSED` when the way leaves the tree, whether anything is there or not.
    func check(_ path: [UInt8], _ target: [UInt8]) throws(CairnError) {
        var place = path.split(separator: UInt8(ascii: "/")).dropLast().map { Array($0) }
        var rest = Self.parts(target)
        var steps = 0
        while let part = rest.popLast() {
            if part == Array("..".utf8) {
                guard place.popLast() != nil else { throw ArchivePath.leavesTree(path, target) }
                continue
            }
            place.append(part)
            guard let next = targets[ArchivePath.joined(place)] else { continue }
            steps += 1
            guard steps <= Self.maximumSteps else {
                throw CairnError.archive("holds links that lead in a circle: \(ArchiveMember.shown(path))")
            }
            place.removeLast()
            rest += Self.parts(next)
        }
    }

    /// The last one first.
    private static func parts(_ path: [UInt8]) -> [[UInt8]] {
        path.split(separator: UInt8(ascii: "/")).map { Array($0) }.filter { $0 != [UInt8(ascii: ".")] }.reversed()
    }
}
