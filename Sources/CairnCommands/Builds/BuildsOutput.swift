import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore
import Foundation

struct BuildsOutput: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "builds:output", "Show the log of a build; one that runs is followed to its end.",
        usage: "<app> [<id> | current]")

    @Argument(help: "The app.") var app: String
    @Argument(help: "The build's id; without it, or as 'current', the one that runs, else the newest.") var id =
        "current"

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        guard let view = try id == "current" ? context.builds(of: app).first : context.build(id, of: app) else {
            throw CairnError(
                .notFound, "No builds recorded for this app", hint: "Push to it, or see 'cairn builds:list'.")
        }
        let follower = BuildLogFollower(
            path: view.logPath, lockPath: context.settings.lock(of: app.name),
            lock: try context.platform().deployLock(of: app),
            buildID: view.build.id, console: context.console)
        try await context.cancellable { try await follower.run() }
    }
}

/// Prints a build's log, and what is added to it as long as the build runs.
struct BuildLogFollower: Sendable {
    let path: String
    let lockPath: String
    /// Held by the build as long as it runs, and given up however it ends.
    let lock: DeployLock
    let buildID: String
    let console: any Console

    /// How much of a build that runs is shown from before.
    private static let lines = 1_000

    func run() async throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CairnError(
                .notFound, "The log of build \(buildID) is gone: \(path)", hint: "Logs go with their records.")
        }
        // Watched before it is read, so that nothing that is written now is missed.
        let watch = LogWatch([path, lockPath])
        defer { watch.stop() }
        let isRunning = isRunning
        let text = try file.readToEnd() ?? Data()
        console.write(Array(isRunning ? Self.lastLines(of: text) : text))
        guard isRunning else { return }
        for await _ in watch.changes {
            // Asked first: what a build writes as its last is there when it lets go of the lock.
            let goesOn = self.isRunning
            if let added = try file.readToEnd(), !added.isEmpty { console.write(Array(added)) }
            if !goesOn { return }
        }
    }

    private var isRunning: Bool { lock.holder?.buildID == buildID }

    private static func lastLines(of text: Data) -> Data {
        var start = text.endIndex
        for _ in 0...lines {
            guard let end = text[..<start].lastIndex(of: UInt8(ascii: "\n")) else { return text }
            start = end
        }
        return text[(start + 1)...]
    }
}
