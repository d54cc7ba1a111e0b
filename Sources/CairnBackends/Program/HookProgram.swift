import CairnCore
import CairnFiles
import Foundation
import Glibc
import Logging
import Subprocess
import Synchronization
import SystemPackage

/// A program of the operator's that writes to a registry which Cairn does not know.
///
/// It is run with one word, the action, and gets one line of JSON on its standard input. Status 0 is success; 65
/// (EX_DATAERR of sysexits.h) says that this entry cannot be taken; with anything else it is called again later. What it
/// prints goes to the log.
struct HookProgram: Sendable {
    let path: FilePath
    let timeLimit: Duration
    let environment: [String: String]
    let logger: Logger

    static let refusalStatus: Int32 = 65
    /// What of the environment the program sees beside a plain PATH.
    static let variablePrefix = "CAIRN_HOOK_"
    private static let outputLimit = 256 << 10
    private static let linesShown = 20
    /// How long it may tidy up when its time is over.
    private static let grace = Duration.seconds(1)

    /// - Throws: `RecordRefused` for status 65, `E-IO` for other failures, `E-NOT-ALLOWED` for a program that others could
    ///   have written.
    func run(_ action: String, _ input: String) async throws {
        try checkOwnership()
        let process = Mutex<pid_t?>(nil)
        defer {
            // Whatever it has left in its group goes too. While one of the group lives its number is nobody else's.
            if let process = process.withLock({ $0 }) { kill(-process, SIGKILL) }
        }
        let (status, output): (TerminationStatus, String)
        do {
            (status, output) = try await withDeadline(timeLimit) {
                try await start(action, input) { id in process.withLock { $0 = id } }
            }
        } catch is DeadlineExceeded {
            throw CairnError(
                .io, "\(path) \(action) did not end within \(timeLimit)",
                hint: "The program must not wait for long; see 'exec' in the documentation of backends.")
        }
        log(output, action)
        switch status {
        case .exited(0): return
        case .exited(Self.refusalStatus):
            throw RecordRefused(
                reason: "\(path): \(output.split(separator: "\n").last.map { String($0).excerpt() } ?? "")")
        default:
            throw CairnError(
                .io, "\(path) \(action) failed: \(status)", hint: "See what it printed in the daemon's log.",
                evidence: Self.lines(output))
        }
    }

    /// What runs as the daemon's user must be nobody else's to change.
    private func checkOwnership() throws(CairnError) {
        guard let found = Files.status(path), found.st_mode & S_IFMT == S_IFREG, found.st_mode & 0o111 != 0 else {
            throw CairnError(.io, "\(path) is no program", hint: "Put an executable file there: chmod +x \(path)")
        }
        let parent = Files.status(path.removingLastComponent())
        let isOthers = [found, parent].contains { status in
            guard let status else { return true }
            let isSticky = status.st_mode & S_IFMT == S_IFDIR && status.st_mode & S_ISVTX != 0
            let isForeign = status.st_uid != 0 && status.st_uid != geteuid()
            return isForeign || (status.st_mode & 0o022 != 0 && !isSticky)
        }
        guard !isOthers else {
            throw CairnError(
                .notAllowed, "\(path) could be changed by others, and would run as the daemon's user",
                hint: "It and its directory must belong to root, with mode 755 at most: chmod go-w \(path)")
        }
    }

    private func start(
        _ action: String, _ input: String, told: @escaping @Sendable (pid_t) -> Void
    ) async throws -> (TerminationStatus, String) {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: Self.grace)]
        // A file rather than a pipe, which would break when the program ends without having read it all.
        let input = try Self.file(holding: Array((input + "\n").utf8))
        do {
            let result = try await Subprocess.run(
                .path(path), arguments: [action], environment: .custom(variables), platformOptions: options,
                input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                output: .string(limit: Self.outputLimit), error: .combinedWithOutput
            ) { execution in told(execution.processIdentifier.value) }
            return (result.terminationStatus, result.standardOutput)
        } catch let error as SubprocessError {
            throw CairnError(
                .io, "\(path) \(action) could not be run: \(error)",
                hint: "Check its first line (#!) and that it prints no more than \(Self.outputLimit >> 10) KiB.")
        }
    }

    /// A file without a name, to be read from its beginning.
    private static func file(holding bytes: [UInt8]) throws(CairnError) -> FileDescriptor {
        let path = FilePath("/tmp/cairn-hook.\(UInt64.random(in: 0...UInt64.max))")
        do {
            let file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
            unlink(path.string)
            do {
                try file.writeAll(bytes)
                try file.seek(offset: 0, from: .start)
                return file
            } catch {
                close(file.rawValue)
                throw error
            }
        } catch {
            throw Files.failure("write", path, error as? Errno ?? .ioError)
        }
    }

    private var variables: [Subprocess.Environment.Key: String] {
        var variables: [Subprocess.Environment.Key: String] = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
        ]
        for (name, value) in environment where name.hasPrefix(Self.variablePrefix) {
            if let key = Subprocess.Environment.Key(rawValue: name) { variables[key] = value }
        }
        return variables
    }

    private func log(_ output: String, _ action: String) {
        for line in Self.lines(output) {
            logger.info("\(line)", metadata: ["program": "\(path)", "action": "\(action)"])
        }
    }

    private static func lines(_ output: String) -> [String] {
        output.split(separator: "\n").suffix(linesShown).map { String($0).excerpt(500) }
    }
}
