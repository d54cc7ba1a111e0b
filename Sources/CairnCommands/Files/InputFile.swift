import CairnCore
import Foundation

/// A file that a command reads: by its path on the host, or `-` for standard input.
struct InputFile {
    let path: String

    /// - Throws: `E-NOT-ALLOWED` for a path over ssh, where it would read whatever this account can; `E-NOT-FOUND`; `E-IO`;
    ///   `E-INVALID-VALUE` for more than `maximum` bytes.
    func read(_ context: CommandContext, maximum: Int) throws -> [UInt8] {
        if path == "-" { return try context.console.readInput(maximum: maximum) }
        guard !context.isRemote else {
            throw CairnError(
                .notAllowed, "Over ssh a file can only be read from standard input, not from a path on the host",
                hint: "Write - for the file, and send it: ssh … < file")
        }
        guard let handle = FileManager.default.contents(atPath: path) else {
            throw CairnError(
                .notFound, "The file \(path.excerpt()) cannot be read", hint: "Check its name and permissions.")
        }
        guard handle.count <= maximum else {
            throw CairnError(.invalidValue, "The file \(path.excerpt()) has more than \(maximum) bytes")
        }
        return Array(handle)
    }
}
