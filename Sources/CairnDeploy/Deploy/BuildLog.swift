import CairnCore
import Foundation
import Synchronization
import SystemPackage

/// Writes what a deploy prints into its log file. A log that cannot be written (a full disk) is given up; the deploy is
/// not. What would make it too large is left out: a build, a release task and pack may print without end.
final class BuildLog: ProgressReporter {
    /// Larger a log does not become. In bytes.
    static let standardLimit = 16 << 20

    private let descriptor: FileDescriptor
    private let limit: Int
    private let written = Mutex(0)

    init(path: String, limit: Int = standardLimit) throws {
        self.limit = limit
        let directory = FilePath(path).removingLastComponent().string
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            descriptor = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite, .groupRead])
        } catch {
            let isFull = (error as? Errno) == .noSpace || (error as? CocoaError)?.code == .fileWriteOutOfSpace
            throw CairnError(
                isFull ? .diskFull : .io, "The build log \(path) cannot be written: \(error)",
                hint: isFull ? "Free some disk space, then try again." : "Check the owner of the state root.")
        }
    }

    func step(_ text: String) { write("-----> ", text) }
    func headline(_ text: String) { write("=====> ", text) }
    func detail(_ text: String) { write("       ", text) }
    func warning(_ text: String) { write(" !     ", text) }

    /// The reason of a failure stands in every log, however large it is.
    func close(_ failure: CairnError) {
        append(" !     \(failure.message.visible)\n")
        for line in failure.evidence { append("       \(line.visible)\n") }
    }

    deinit { try? descriptor.close() }

    private func write(_ prefix: String, _ text: String) {
        let line = "\(prefix)\(text.visible)\n"
        let (fits, isFirstTooMany) = written.withLock { written in
            let before = written
            written += line.utf8.count
            return (written <= limit, before <= limit && written > limit)
        }
        if fits { return append(line) }
        if isFirstTooMany { append(" !     The log ends here: more than \(limit >> 20) MiB were printed\n") }
    }

    private func append(_ text: String) { _ = try? descriptor.writeAll(Array(text.utf8)) }
}
