import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import CairnReceive
import CairnStore
import Foundation
import LibGit

// Commands for Cairn's own processes. They are not shown, not documented and not stable.

extension Namespace {
    static let `internal` = Namespace(
        "internal", "For Cairn's own processes", isHidden: true,
        [
            InternalDeploy.self, InternalRetire.self, InternalBench.self, InternalManual.self, InternalLibraries.self,
            CompletionScript.self, InternalTriggerTable.self, InternalAnswer.self,
        ])
}

/// The deploy that a push with `-o detach` leaves behind.
struct InternalDeploy: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "internal:deploy", "Deploy a commit of an app's repository.", isHidden: true)
    static let access = CommandAccess.local

    @Option(help: "The id that the build was announced under.") var build: String
    @Flag(help: "Build every step anew.") var noCache = false
    @Argument(help: "The app.") var app: String
    @Argument(help: "The commit.") var commit: String

    func run(in context: CommandContext) async throws {
        guard let commit = ObjectID(commit), let build = try? BuildID(validating: build) else {
            throw CairnError(.usage, "internal:deploy takes the id of a build and of a commit")
        }
        let app = try context.app(app)
        let platform = Platform(
            settings: context.settings, store: try context.store(),
            actor: context.environment[SessionEnvironment.actor] ?? context.actor,
            caller: .pusher(context.environment), environment: context.environment)
        throw ExitStatus(
            await ReceiveHook.deployDetached(commit, of: app, build: build, skipsCache: noCache, on: platform))
    }
}

/// Stops replaced containers when their time to drain is over, where no daemon does.
struct InternalRetire: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "internal:retire", "Stop replaced containers when they are due.", isHidden: true)
    static let access = CommandAccess.local
    static let takesApp = false

    func run(in context: CommandContext) async throws {
        while let due = try await context.platform().stopDueInstances() {
            try await Task.sleep(for: .seconds(max(0, due.timeIntervalSinceNow)))
        }
        try await context.platform().removeOldImages()
    }
}
