import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore
import Foundation

struct BuildsPrune: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "builds:prune", "Forget all but the newest builds of an app, with their logs.",
        usage: "[--keep <n>] (<app> | --all-apps)")

    @Option(help: "How many to keep, instead of what builds:set retention says.") var keep: Int?
    @Flag(help: "For every app.") var allApps = false
    @Argument(help: "The app.") var app: String?

    func run(in context: CommandContext) async throws {
        if let keep, keep < 1 {
            throw CairnError(.invalidValue, "Invalid --keep value \(keep): must be a positive integer")
        }
        let apps = try await allApps ? context.visibleApps() : [context.app(app ?? "")]
        for app in apps {
            let kept = try keep ?? context.platform().buildRetention(of: app)
            let removed = try context.store().pruneBuilds(of: app, keeping: kept)
            for id in removed {
                try? FileManager.default.removeItem(atPath: context.settings.buildLog(of: app.name, id: id))
            }
            context.output.step("Forgot \(removed.count) builds of \(app.name)")
        }
    }
}
