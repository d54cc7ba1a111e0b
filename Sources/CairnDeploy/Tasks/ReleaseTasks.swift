import CairnCore
import CairnStore
import DockerEngine
import Synchronization

/// The commands that a deploy runs beside the app: app.json's scripts and the Procfile's `release`.
struct ReleaseTasks {
    /// In the order in which a deploy runs them.
    enum Task: String {
        /// Its changes to the file system become part of the image.
        case predeploy
        case release
        /// Once in an app's life, with its first deploy.
        case firstDeploy = "heroku.postdeploy"
        /// After the traffic was switched.
        case postdeploy
    }

    let platform: Platform
    let app: App
    let reporter: any ProgressReporter

    /// Runs the command in a container of the release and shows its output as it comes.
    ///
    /// - Returns: With `commits`, the id of the image that holds what the command changed.
    /// - Throws: `E-TASK-FAILED` with the last lines, when it ends with a status other than 0.
    @discardableResult
    func run(_ task: Task, _ line: String, release: Release, commits: Bool = false) async throws -> String? {
        let engine = platform.engine
        let (name, spec) = try platform.oneOffSpec(
            for: app, release: release, kind: "task", command: ContainerEntry(release: release).shell(line),
            environment: ["CAIRN_TASK": task.rawValue])
        reporter.step("Running the \(task.rawValue) task: \(line.visible)")
        return try await engineCall("running the \(task.rawValue) task") {
            let making = ContainerMaking(platform: platform, app: app, release: release, reporter: reporter)
            let id = try await making.make(name, spec, for: .task(task.rawValue))
            do {
                let tail = OutputTail()
                try await engine.startContainer(id)
                platform.crashPoint.passed(.tasking)
                try await engine.logs(id, LogOptions(stdout: true, stderr: true, follow: true, tail: nil)) {
                    for line in tail.add($0.bytes) { reporter.detail(line.visible) }
                }
                for line in tail.finish() { reporter.detail(line.visible) }
                let code = try await engine.waitContainer(id, .notRunning)
                guard code == 0 else { throw failure(task, code, tail.last) }
                let image = commits ? try await commit(id, release: release) : nil
                try await platform.removeContainer(id)
                return image
            } catch {
                // Also when the deploy was cancelled: the container goes, whatever it was doing.
                await _Concurrency.Task { try? await platform.removeContainer(id) }.value
                throw error
            }
        }
    }

    /// Keeps the image's own command: that of the task is in the container's configuration.
    private func commit(_ container: String, release: Release) async throws -> String {
        let image = try await platform.engine.inspectImage(release.imageID)
        var changes = ["LABEL cairn.predeploy=true"]
        changes.append("CMD \(Self.jsonArray(image.config.cmd))")
        if !image.config.entrypoint.isEmpty { changes.append("ENTRYPOINT \(Self.jsonArray(image.config.entrypoint))") }
        // The release's tag moves to the new image, so that it is kept and removed with the release.
        let tag = release.imageTag.split(separator: ":", maxSplits: 1).map(String.init)
        return try await platform.engine.commitContainer(
            container, repo: tag.first, tag: tag.count > 1 ? tag[1] : nil, changes: changes)
    }

    private static func jsonArray(_ words: [String]) -> String {
        "[" + words.map { JSONValue.string($0).text }.joined(separator: ", ") + "]"
    }

    private func failure(_ task: Task, _ code: Int, _ last: [String]) -> CairnError {
        CairnError(
            .taskFailed, "The \(task.rawValue) task ended with status \(code)",
            hint: task == .postdeploy
                ? "The new release serves; mend the script and push again." : ExitStatus.explanation(code),
            evidence: last.map(\.visible))
    }
}

/// Cuts output into lines as it comes, and keeps the last of them.
final class OutputTail: Sendable {
    private struct State {
        var rest: [UInt8] = []
        var last: [String] = []
    }
    private let state = Mutex(State())
    private let limit = 20
    /// A line that never ends is cut here.
    private let lineLimit = 8 * 1024

    func add(_ bytes: some Sequence<UInt8>) -> [String] {
        state.withLock { state in
            state.rest += bytes
            var lines: [String] = []
            while let end = state.rest.firstIndex(of: UInt8(ascii: "\n")) {
                lines.append(Self.text(state.rest[..<end]))
                state.rest.removeSubrange(...end)
            }
            if state.rest.count > lineLimit {
                lines.append(Self.text(state.rest[...]))
                state.rest = []
            }
            state.last = Array((state.last + lines).suffix(limit))
            return lines
        }
    }

    /// What came after the last line's end.
    func finish() -> [String] {
        let isEmpty = state.withLock(\.rest.isEmpty)
        return isEmpty ? [] : add([UInt8(ascii: "\n")])
    }

    var last: [String] { state.withLock(\.last) }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let line = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        return String(decoding: line, as: UTF8.self)
    }
}
