import CairnCore

/// Looks at the table of contents of an archive, as `tar --list --verbose` prints it, before anything is unpacked.
enum ArchiveListing {
    /// What all members may have together, in bytes.
    static let maximumSize = 512 << 20
    /// How many members there may be.
    static let maximumCount = 20_000

    /// - Throws: `E-PLUGIN-REFUSED` naming the member.
    static func check(_ listing: String) throws(CairnError) {
        let lines = listing.split(separator: "\n")
        guard lines.count <= maximumCount else { throw refusal("has more than \(maximumCount) members") }
        var size = 0
        for line in lines {
            // -rw-r--r-- 0/0 1234 2026-01-31 12:00 directory/name
            let fields = line.split(separator: " ", maxSplits: 5)
            guard fields.count == 6, let length = Int(fields[2].split(separator: ",").last ?? "") else {
                throw refusal("has a member that is no file, directory or link: '\(String(line).excerpt())'")
            }
            size += length
            try check(mode: fields[0], name: fields[5])
        }
        guard size <= maximumSize else { throw refusal("unpacks to more than \(maximumSize >> 20) MiB") }
    }

    private static func check(mode: Substring, name field: Substring) throws(CairnError) {
        guard let kind = mode.first, "-dlh".contains(kind) else {
            throw refusal("has a member that is no file, directory or link: '\(String(field).excerpt())'")
        }
        let target = kind == "h" ? field.parts(around: " link to ") : (field, "")
        let name = kind == "l" ? field.parts(around: " -> ").0 : target.0
        guard !leavesDirectory(name), !leavesDirectory(target.1) else {
            throw refusal("has a member that leads out of it: '\(String(field).excerpt())'")
        }
        guard kind == "l" || mode.dropFirst(8).first != "w" else {
            throw refusal("has a member that everybody may write to: '\(String(name).excerpt())'")
        }
    }

    private static func leavesDirectory(_ path: Substring) -> Bool {
        path.hasPrefix("/") || path.split(separator: "/").contains("..")
    }

    private static func refusal(_ problem: String) -> CairnError {
        CairnError(.pluginRefused, "The archive \(problem)", hint: "Ask whoever made it for a clean one.")
    }
}

extension Substring {
    /// What is before and behind the first such text; the second is empty where there is none.
    fileprivate func parts(around separator: String) -> (Substring, Substring) {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(separator) {
                return (self[..<index], self[index...].dropFirst(separator.count))
            }
            index = self.index(after: index)
        }
        return (self, "")
    }
}
