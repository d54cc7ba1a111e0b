import ArgumentParser
import CairnCore
import CairnStore
import Foundation

/// The app that a command is about, or all of them.
struct AppBatchOptions: ParsableArguments {
    @Flag(help: "For every app.") var all = false
    @Option(
        parsing: .unconditional,
        help: "With --all, how many apps at once: 0 or 1 for one after the other, -1 for one per CPU.")
    var parallel = 0
    @Argument(help: "The app.") var app: String?
}

/// Does the same to one app or to all. With all, an app that fails keeps none of the others from its turn.
struct AppBatch {
    /// What the lines of progress call it: `ps:restart`.
    let name: String
    let options: AppBatchOptions
    let context: CommandContext

    func run(_ body: @escaping @Sendable (App) async throws -> Void) async throws {
        guard options.parallel >= -1 else {
            throw CairnError(.invalidValue, "Invalid value \(options.parallel) for --parallel flag")
        }
        guard options.all else { return try await one(context.app(options.app ?? ""), body) }
        let apps = try await context.visibleApps()
        if apps.isEmpty { return context.output.warning("You haven't deployed any applications yet") }
        let width = options.parallel == -1 ? ProcessInfo.processInfo.activeProcessorCount : max(options.parallel, 1)
        if width == 1 { context.output.warning("Running \(name) in serial mode") }
        let errors = try await context.cancellable { try await runAll(apps, width: width, body) }
        guard errors == 0 else {
            context.output.warning(
                width == 1
                    ? "\(name) command returned \(errors) errors" : "Encountered \(errors) errors during parallel run")
            throw ExitStatus(1)
        }
    }

    private func one(_ app: App, _ body: @escaping @Sendable (App) async throws -> Void) async throws {
        do { try await context.cancellable { try await body(app) } } catch let error as CairnError
            where error.code == .notDeployed
        {
            context.output.warning(error.message)
        }
    }

    /// Returns how many failed.
    private func runAll(
        _ apps: [App], width: Int, _ body: @escaping @Sendable (App) async throws -> Void
    ) async throws -> Int {
        await withTaskGroup(of: Bool.self) { group in
            var waiting = apps.makeIterator()
            func addNext() {
                guard let app = waiting.next(), !Task.isCancelled else { return }
                group.addTask { await attempt(app, body) }
            }
            for _ in 0..<width { addNext() }
            var errors = 0
            while let succeeded = await group.next() {
                if !succeeded { errors += 1 }
                addNext()
            }
            return errors
        }
    }

    private func attempt(_ app: App, _ body: @Sendable (App) async throws -> Void) async -> Bool {
        context.output.step("Running \(name) against app \(app.name)")
        do {
            try await body(app)
            return true
        } catch let error as CairnError where error.code == .notDeployed {
            context.output.warning(error.message)
            return true
        } catch {
            _ = ErrorPrinter(output: context.output).print(error)
            return false
        }
    }
}
