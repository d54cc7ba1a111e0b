public import CairnCore
public import LibGit

/// One line of a receive hook's input: a reference that a push wants to move (githooks(5), "pre-receive").
public struct RefUpdate: Sendable, Hashable {
    /// Where it points now; zero when it is new.
    public let old: ObjectID
    /// Where it is to point; zero when it is to be deleted.
    public let new: ObjectID
    /// The full name, such as `refs/heads/main`.
    public let name: String

    public init(old: ObjectID, new: ObjectID, name: String) {
        self.old = old
        self.new = new
        self.name = name
    }

    /// The name without `refs/heads/`; nil for what is not a branch.
    public var branch: String? {
        name.hasPrefix("refs/heads/") ? String(name.dropFirst("refs/heads/".count)) : nil
    }

    public var isDeletion: Bool { new.isZero }

    /// A push may move this many references at once.
    public static let maximumCount = 1_000
    /// A reference's name may have this many bytes.
    public static let maximumNameLength = 1_024
    /// More bytes than this need not be read: they are over the other limits.
    static let maximumInputLength = maximumCount * (maximumNameLength + 84)

    /// Reads the lines `old new name`.
    ///
    /// - Throws: `E-INVALID-VALUE` when a push is over the limits, or a line is not such a line.
    public static func parse(_ input: [UInt8]) throws(CairnError) -> [RefUpdate] {
        let lines = input.split(separator: UInt8(ascii: "\n"))
        guard lines.count <= maximumCount, input.count <= maximumInputLength else {
            throw CairnError(
                .invalidValue, "The push moves more than \(maximumCount) references at once",
                hint: "Push only what is needed: git push <remote> main")
        }
        var updates: [RefUpdate] = []
        for line in lines { updates.append(try RefUpdate(line: line)) }
        return updates
    }

    private init(line: ArraySlice<UInt8>) throws(CairnError) {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let old = Self.id(parts[0]), let new = Self.id(parts[1]) else {
            throw CairnError(
                .invalidValue, "git named the pushed references in an unknown way",
                hint: "Repositories with SHA-256 object names are not supported; use SHA-1, git's default.")
        }
        guard parts[2].count <= Self.maximumNameLength, let name = String(validating: parts[2], as: UTF8.self),
            name.hasPrefix("refs/")
        else {
            throw CairnError(
                .invalidValue,
                "The push names a reference that is not under refs/, is not UTF-8, or is longer than "
                    + "\(Self.maximumNameLength) bytes",
                hint: "Push a branch: git push <remote> main")
        }
        self.init(old: old, new: new, name: name)
    }

    private static func id(_ bytes: ArraySlice<UInt8>) -> ObjectID? { ObjectID(String(decoding: bytes, as: UTF8.self)) }
}
