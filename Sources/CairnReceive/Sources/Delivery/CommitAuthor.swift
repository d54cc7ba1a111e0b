public import CairnCore
import Foundation

/// Who a commit is by that Cairn makes for somebody.
public struct CommitAuthor: Sendable, Equatable {
    public let name: String
    public let email: String

    /// The author when nobody is named.
    public static let standard = CommitAuthor(unchecked: "Cairn", "cairn@localhost")

    /// - Throws: `E-INVALID-VALUE` for what git cannot write into a commit.
    public init(name: String?, email: String?) throws(CairnError) {
        self.name = try Self.checked(name ?? Self.standard.name, "name of the author")
        self.email = try Self.checked(email ?? Self.standard.email, "email address of the author")
    }

    private init(unchecked name: String, _ email: String) {
        self.name = name
        self.email = email
    }

    /// As a commit holds it.
    var text: String { "\(name) <\(email)>" }

    private static func checked(_ text: String, _ what: String) throws(CairnError) -> String {
        let isValid =
            !text.isEmpty && text.utf8.count <= 200
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
        guard isValid else {
            throw CairnError(
                .invalidValue, "'\(text.excerpt())' cannot be the \(what)",
                hint:
                    "It is one line without < and >. Put quotes around a name with blanks; over ssh, two pairs of them."
            )
        }
        return text
    }
}

/// What a commit says beside its files.
struct CommitText {
    let author: CommitAuthor
    let message: String
    /// Seconds since 1970.
    var time = Int(Date().timeIntervalSince1970)
}
