import ArgumentParser
import CairnCore
import CairnDeploy
import CairnReceive
import CairnStore

struct GitFromImage: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:from-image", "Deploy an image that has been built already.",
        usage: "[--build-dir <dir>] [--force] <app> <image> [<name> <email>]",
        discussion: """
            The image is fetched from its registry unless it is on this host. Its Procfile and app.json are read from its \
            working directory. The app's repository gets a commit with 'FROM <image>', so that ps:rebuild works.
            """)

    @OptionGroup var directory: BuildDirectoryOption
    @Flag(help: "Ask the registry even if the image is on this host.") var force = false
    @Argument(help: "The app.") var app: String
    @Argument(help: "The image.") var image: String?
    @OptionGroup var author: AuthorArguments

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        guard let image else {
            throw CairnError(
                .usage, "Please specify a docker image", hint: "cairn git:from-image \(app.name) nginx:1.27")
        }
        let name = try ImageName(validating: image)
        let delivery = try context.delivery(to: app)
        let (author, directory) = (try author.author(), try directory.checked(context))
        try await context.cancellable {
            try await delivery.deployImage(
                name, buildDirectory: directory, pull: force ? .always : .ifMissing, author: author)
        }
    }
}

struct GitLoadImage: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:load-image", "Deploy an image that is sent on standard input.",
        usage: "[--build-dir <dir>] <app> <image> [<name> <email>]",
        discussion:
            "Standard input is what 'docker save <image>' writes: docker save app:1 | ssh … git:load-image app app:1")

    @OptionGroup var directory: BuildDirectoryOption
    @Argument(help: "The app.") var app: String
    @Argument(help: "The image, as it is named in the archive.") var image: String?
    @OptionGroup var author: AuthorArguments

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        guard let image else {
            throw CairnError(
                .usage, "Please specify a docker image", hint: "cairn git:load-image \(app.name) app:1 <app.tar")
        }
        let name = try ImageName(validating: image)
        let (author, directory) = (try author.author(), try directory.checked(context))
        guard !context.console.isTerminal else {
            throw CairnError(
                .invalidValue, "Expecting tar archive containing docker image on STDIN",
                hint: "docker save \(name) | cairn git:load-image \(app.name) \(name)")
        }
        context.output.step("Loading image")
        let input = StandardInput(of: context.console)
        defer { input.stop() }
        let platform = try context.platform()
        let loaded = try await platform.loadImages(input.pieces)
        for text in loaded { context.output.detail(text) }
        input.stop()
        guard try await platform.hasImage(name.rawValue) else {
            throw CairnError(
                .notFound, "Loaded image tarball but the specified docker image was not found: \(name)",
                hint: "Name the image as 'docker save' was told.")
        }
        let delivery = try context.delivery(to: app)
        try await context.cancellable {
            try await delivery.deployImage(name, buildDirectory: directory, pull: .never, author: author)
        }
    }
}
