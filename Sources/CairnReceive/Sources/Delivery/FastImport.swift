import CairnCore
import LibGit
import Subprocess

/// Writes files and one commit into a bare repository with git-fast-import(1). Nothing is laid out on disk.
struct FastImport {
    /// The repository's directory.
    let repository: String

    /// Hands the stream to `body`.
    ///
    /// - Throws: `E-GIT` with git's lines; what `body` throws.
    func run(_ body: (FastImportStream) async throws -> Void) async throws {
        let environment = ChildEnvironment(GitEnvironment.variables(forRepositoryAt: repository))
        let result = try await Subprocess.run(
            .name("git"),
            arguments: [
                "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "fast-import", "--quiet", "--done",
                "--date-format=raw",
            ], environment: environment.custom, input: .inputWriter, output: .discarded,
            error: .string(limit: 64 << 10)
        ) { try await feed($0.standardInputWriter, body) }
        guard result.terminationStatus.isSuccess, result.closureResult else {
            throw CairnError(
                .git, "The files could not be written into the repository",
                hint: "Check the free disk space, and the repository with 'git fsck'.",
                evidence: result.standardError.split(separator: "\n").prefix(10).map(String.init))
        }
    }

    /// Returns whether git took it all; if not, it says why on its own.
    private func feed(
        _ writer: StandardInputWriter, _ body: (FastImportStream) async throws -> Void
    ) async throws -> Bool {
        let stream = FastImportStream(writer)
        do {
            try await body(stream)
            try await stream.finish()
            return true
        } catch is FastImportStream.Closed {
            return false
        }
    }
}

/// What git-fast-import(1) reads.
final class FastImportStream {
    /// git has ended and reads no more.
    struct Closed: Error {}

    private let writer: StandardInputWriter
    private var buffer: [UInt8] = []
    private static let bufferSize = 128 << 10

    init(_ writer: StandardInputWriter) { self.writer = writer }

    /// Begins a file, which goes by `mark` from now on. Exactly `size` bytes have to be written next.
    func beginBlob(mark: Int, size: Int) async throws { try await write("blob\nmark :\(mark)\ndata \(size)\n") }

    func write(_ bytes: [UInt8]) async throws {
        buffer += bytes
        if buffer.count >= Self.bufferSize { try await flush() }
    }

    func endBlob() async throws { try await write("\n") }

    /// A commit that holds nothing but the given files.
    func commit(_ commit: CommitText, to reference: String, parent: ObjectID?, files: [CommitFile]) async throws {
        let message = Array(commit.message.utf8)
        var lines = "commit \(reference)\n"
        lines += "author \(commit.author.text) \(commit.time) +0000\n"
        lines += "committer \(commit.author.text) \(commit.time) +0000\n"
        lines += "data \(message.count)\n"
        try await write(lines)
        try await write(message)
        try await write("\n" + (parent.map { "from \($0)\n" } ?? "") + "deleteall\n")
        for file in files {
            try await write("M \(file.mode) :\(file.mark) ")
            try await write(Self.quoted(file.path) + [UInt8(ascii: "\n")])
        }
        try await write("\n")
    }

    fileprivate func finish() async throws {
        try await write("done\n")
        try await flush()
        try await writer.finish()
    }

    private func write(_ text: String) async throws { try await write(Array(text.utf8)) }

    private func flush() async throws {
        let bytes = buffer
        buffer.removeAll(keepingCapacity: true)
        do { _ = try await writer.write(bytes) } catch { throw Closed() }
    }

    /// As git-fast-import(1) reads paths with any bytes: in quotes, and as C writes them.
    static func quoted(_ path: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        for byte in path {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                result += [UInt8(ascii: "\\"), byte]
            } else if byte < 0x20 || byte >= 0x7f {
                let digits = String(Int(byte) + 0o1000, radix: 8).utf8.suffix(3)
                result += [UInt8(ascii: "\\")] + digits
            } else {
                result.append(byte)
            }
        }
        return result + [UInt8(ascii: "\"")]
    }
}

/// A file of a commit, whose content goes by its mark.
struct CommitFile {
    let path: [UInt8]
    let mark: Int
    /// As git writes it: `100644`, `100755`, `120000`.
    let mode: String

    init(_ path: [UInt8], _ leaf: ArchiveTree.Leaf) {
        self.path = path
        mark = leaf.content
        mode = leaf.linkTarget != nil ? "120000" : leaf.isExecutable ? "100755" : "100644"
    }
}
