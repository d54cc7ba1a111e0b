import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct PsRestart: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ps:restart", "Replace the containers of an app by new ones of the same release.",
        usage: "(<app> [<type>] | --all [--parallel <n>])")

    @OptionGroup var batch: AppBatchOptions
    @Argument(help: ArgumentHelp("Only this process type.", valueName: "type")) var process: String?

    func run(in context: CommandContext) async throws {
        if batch.all, batch.app != nil, process != nil {
            throw CairnError(.usage, "Unable to restart all apps when specifying a process name")
        }
        let type = try process.map(ProcessType.init(validating:))
        let platform = try context.platform()
        try await AppBatch(name: "ps:restart", options: batch, context: context).run { app in
            try await platform.restart(app, process: type, reporter: context.reporter)
        }
    }
}

struct PsRebuild: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ps:rebuild", "Build the stored code of an app again, and deploy it.",
        usage: "[--no-cache] (<app> | --all [--parallel <n>])")

    @Flag(help: "Run every step of the build anew.") var noCache = false
    @OptionGroup var batch: AppBatchOptions

    func run(in context: CommandContext) async throws {
        var options = DeployOptions()
        options.noCache = noCache
        let platform = try context.platform()
        try await AppBatch(name: "ps:rebuild", options: batch, context: context).run { [options] app in
            _ = try await platform.rebuild(app, options: options, reporter: context.reporter)
        }
    }
}

struct PsStart: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ps:start", "Start an app that was stopped, or what of it does not run.",
        usage: "(<app> | --all [--parallel <n>])")

    @OptionGroup var batch: AppBatchOptions

    func run(in context: CommandContext) async throws {
        let platform = try context.platform()
        try await AppBatch(name: "ps:start", options: batch, context: context).run { app in
            if app.desiredState == .running, try await platform.status(of: app).running == .all {
                return context.output.warning("App \(app.name) already running")
            }
            try await platform.start(app, reporter: context.reporter)
        }
    }
}

struct PsStop: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ps:stop", "Stop an app until ps:start.", usage: "(<app> | --all [--parallel <n>])")

    @OptionGroup var batch: AppBatchOptions

    func run(in context: CommandContext) async throws {
        let platform = try context.platform()
        try await AppBatch(name: "ps:stop", options: batch, context: context).run { app in
            try await platform.stop(app, reporter: context.reporter)
        }
    }
}
