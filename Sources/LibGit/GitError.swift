import CLibgit2

/// Why git's object database or references could not be read or written.
public struct GitError: Error, Sendable, Equatable, CustomStringConvertible {
    /// libgit2's return codes (`git_error_code` in git2/errors.h), and Cairn's own below -1000.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code itself.
        public let rawValue: Int32
        /// Takes any code.
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// No such object, reference or repository.
        public static let notFound = Code(rawValue: GIT_ENOTFOUND.rawValue)
        /// An abbreviated id that several objects begin with.
        public static let ambiguous = Code(rawValue: GIT_EAMBIGUOUS.rawValue)
        /// A name that git does not allow for a reference or a revision.
        public static let invalidSpecification = Code(rawValue: GIT_EINVALIDSPEC.rawValue)
        /// A tree with an entry that could lead out of the tree, or that is there twice.
        public static let unsafeTree = Code(rawValue: -1001)
        /// The blob is larger than the caller wants to hold in memory.
        public static let tooLarge = Code(rawValue: -1002)
        /// `git cat-file` did not deliver the blob.
        public static let incompleteBlob = Code(rawValue: -1003)
    }

    /// What to decide by.
    public let code: Code
    /// What libgit2 says, for people.
    public let message: String

    /// Makes an error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

/// Turns libgit2's return code into an error, with the message it keeps per thread.
func check(_ result: Int32) throws(GitError) {
    guard result < 0 else { return }
    let message = git_error_last().flatMap { $0.pointee.message }.map { String(cString: $0) }
    throw GitError(code: .init(rawValue: result), message: message ?? "git failed with code \(result)")
}

/// The pointer libgit2 wrote on success. A success without one does not happen; it is an error rather than a crash.
func unwrap<Pointer>(_ pointer: Pointer?) throws(GitError) -> Pointer {
    guard let pointer else { throw GitError(code: .notFound, message: "git returned no object") }
    return pointer
}
