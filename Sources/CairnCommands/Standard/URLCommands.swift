import ArgumentParser
import CairnCore
import CairnDeploy

struct URLCommand: CairnCommand {
    static let configuration = CommandConfiguration.cairn("url", "Print the address of an app.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        guard let url = try await context.platform().shownURLs(of: context.app(app), kind: "url").first else {
            throw CairnError(
                .notFound, "App \(app) has no domain", hint: "Give it one: cairn domains:add \(app) www.example.com")
        }
        context.output.line(url)
    }
}

struct URLsCommand: CairnCommand {
    static let configuration = CommandConfiguration.cairn("urls", "Print all addresses of an app.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let urls = try await context.platform().shownURLs(of: context.app(app))
        for url in urls.sorted() { context.output.line(url) }
    }
}
