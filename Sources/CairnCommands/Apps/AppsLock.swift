import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct AppsLock: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "apps:lock", "Refuse deploys of an app until apps:unlock.",
        discussion: "A deploy that is running goes on to its end.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        if let lock = app.lock {
            throw CairnError(
                .deployLocked, "\(app.name) was locked before, by \(lock.actor)", hint: "Nothing was changed.")
        }
        try context.store().setLock(app, by: context.actor)
        try context.store().addEvent("locked", app: app.name, actor: context.actor, "")
        context.output.step("Deploy lock created")
    }
}

struct AppsLocked: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "apps:locked", "Tell by the exit status whether an app is locked: 0 if so, else 1.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        guard try context.app(app).lock != nil else {
            context.output.warning("Deploy lock does not exist")
            throw ExitStatus(1)
        }
        if !context.output.isQuiet { context.output.line("Deploy lock exists") }
    }
}

struct AppsUnlock: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "apps:unlock", "Allow deploys of an app again.", aliases: ["git:unlock"])

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        guard app.lock != nil else {
            throw CairnError(
                .notFound, "Unable to remove deploy lock: \(app.name) is not locked",
                hint: "A deploy that runs now keeps others out by itself; 'cairn builds:cancel \(app.name)' ends it.")
        }
        if let holder = try context.platform().deployLock(of: app).holder {
            context.output.warning("A deploy may be in progress: \(holder.operation) by \(holder.actor).")
            context.output.warning("Removing the app lock will not stop in progress deploys.")
        }
        try context.store().setLock(app, by: nil)
        try context.store().addEvent("unlocked", app: app.name, actor: context.actor, "")
        context.output.step("Deploy lock removed")
    }
}
