import CairnBuild
import CairnCore
import CairnPlugins
import Foundation
import Glibc
import NIOCore
import Subprocess
import SystemPackage

/// A source laid out on disk, for plugins that look at it or change it. The build reads it from there, so what they change
/// is built.
///
/// It costs time and space, so it is made only when a plugin is installed for a trigger that is given the directory.
struct WorkDirectory {
    let path: String

    /// The triggers that are given the directory.
    static let triggers: [Trigger] = [
        .postExtract, .builderDetect, .preReceiveApp, .builderBuild, .preBuild, .preBuildBuildpack, .preBuildDockerfile,
        .postBuild, .postBuildBuildpack, .postBuildDockerfile, .builderImage, .builderCreateImage,
    ]

    /// Lays the source out; nil when no plugin would look at it.
    ///
    /// - Throws: what reading the source throws, `E-IO`, `E-DISK-FULL`.
    static func of(
        _ source: Source, on platform: Platform, reporter: any ProgressReporter
    ) async throws -> WorkDirectory? {
        guard triggers.contains(where: platform.triggers.isImplemented) else { return nil }
        let directory = try WorkDirectory(below: platform.settings.root + "/run")
        do {
            try await directory.fill(from: source.tree, reporter)
            return directory
        } catch {
            directory.remove()
            throw error
        }
    }

    init(below parent: String) throws(CairnError) {
        var template = Array("\(parent)/\(Self.prefix)\(getpid())-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CairnError(
                errno == ENOSPC ? .diskFull : .io,
                "A directory for the source cannot be made in \(parent): \(String(cString: strerror(errno)))",
                hint: "Check the owner and the free space of the state root.")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The same source, read from the directory.
    func source(_ source: Source) -> Source { source.with(DirectorySourceTree(path: path, modificationTime: 0)) }

    private static let prefix = "work-"

    /// Removes the directories of processes that were killed.
    static func removeAbandoned(below parent: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
            let owner = name.dropFirst(prefix.count).split(separator: "-").first.flatMap { pid_t($0) }
            guard let owner, kill(owner, 0) != 0, errno == ESRCH else { continue }
            WorkDirectory(path: "\(parent)/\(name)").remove()
        }
    }

    private init(path: String) { self.path = path }

    /// Also what a plugin has made unreadable.
    func remove() {
        if (try? FileManager.default.removeItem(atPath: path)) != nil { return }
        for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
            chmod("\(path)/\(name)", 0o700)
        }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// tar(1) writes what the source's own archive holds; it follows no link on the way.
    private func fill(from tree: any SourceTree, _ reporter: any ProgressReporter) async throws {
        let archive = tree.archive(ArchiveOptions(appliesDockerignore: false, reporter: reporter))
        let arguments = ["-x", "-f", "-", "-C", path, "--no-same-owner"]
        let result: ExecutionResult<Void, DiscardedOutput, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .path("/bin/tar"), arguments: Arguments(arguments), environment: .custom(["LC_ALL": "C"]),
                input: .inputWriter, output: .discarded, error: .string(limit: 64 << 10)
            ) { try await Self.copy(archive, to: $0.standardInputWriter) }
        } catch let error as SubprocessError {
            throw CairnError(.io, "The source cannot be laid out in \(path): \(error)")
        }
        guard result.terminationStatus.isSuccess else {
            let text = result.standardError
            throw CairnError(
                text.contains("No space left") ? .diskFull : .io, "The source cannot be laid out in \(path)",
                hint: "Plugins that look at the source need room for it there.",
                evidence: text.split(separator: "\n").suffix(5).map(String.init))
        }
    }

    private static func copy(
        _ archive: AsyncThrowingStream<ByteBuffer, any Error>, to writer: StandardInputWriter
    ) async throws {
        for try await chunk in archive { _ = try await writer.write(Array(chunk.readableBytesView)) }
        try await writer.finish()
    }
}
