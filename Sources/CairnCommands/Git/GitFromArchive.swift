import ArgumentParser
import CairnCore
import CairnReceive
import CairnStore

struct GitFromArchive: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:from-archive", "Deploy the files of an archive.",
        usage: "[--archive-type tar|tar.gz|zip] <app> (<url> | --) [<name> <email>]",
        discussion: """
            The archive is fetched from a web server, or read from standard input with --. Without --archive-type its \
            first bytes tell what it is. If everything is in one directory, that is taken for the root.
            """)

    // Everything from the app on is taken as it is, because '--' has a meaning of its own here.
    @Option(name: .customLong("archive-type"), help: ArgumentHelp("\(ArchiveKind.words).", valueName: "type"))
    var type: String?
    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("The app, the address or --, and whom the commit is by.", valueName: "word"))
    var words: [String] = []

    func run(in context: CommandContext) async throws {
        let call = try Call(words, type: type)
        let app = try context.app(call.app)
        guard let origin = call.origin else {
            throw CairnError(.usage, "Please specify an archive url or -- to fetch the archive from stdin")
        }
        let author = try CommitAuthor(name: call.name, email: call.email)
        let delivery = try context.delivery(to: app)
        if origin == "--" || origin == "-" {
            let file = try await readInput(context, delivery)
            return try await context.cancellable {
                try await delivery.deployArchive(file, kind: call.kind, origin: "standard input", author: author)
            }
        }
        let download = try ArchiveDownload(
            validating: origin, credentials: context.credentials, environment: context.environment)
        context.output.step("Downloading \(download.shown)")
        try await context.cancellable { try await Self.deploy(download, call.kind, author, delivery) }
    }

    static func deploy(
        _ download: ArchiveDownload, _ kind: ArchiveKind?, _ author: CommitAuthor, _ delivery: Delivery
    ) async throws {
        let file = try delivery.spool()
        try await download.fetch(into: file)
        try await delivery.deployArchive(file, kind: kind, origin: download.shown, author: author)
    }

    private func readInput(_ context: CommandContext, _ delivery: Delivery) async throws -> SpoolFile {
        guard !context.console.isTerminal else {
            throw CairnError(
                .invalidValue, "Expecting an archive on STDIN", hint: "tar czf - . | cairn git:from-archive APP --")
        }
        context.output.step("Reading the archive from standard input")
        let file = try delivery.spool()
        let input = StandardInput(of: context.console)
        defer { input.stop() }
        try await file.fill(from: input)
        return file
    }

    /// The words, with the option wherever it stands.
    struct Call: Sendable, Equatable {
        var app = ""
        var origin: String?
        var name: String?
        var email: String?
        var kind: ArchiveKind?

        init(_ words: [String], type: String?) throws(CairnError) {
            var rest: [String] = []
            var type = type
            var words = words[...]
            while let word = words.popFirst() {
                if word == "--archive-type" {
                    type = words.popFirst() ?? ""
                } else if word.hasPrefix("--archive-type=") {
                    type = String(word.dropFirst("--archive-type=".count))
                } else if word.hasPrefix("--"), word != "--" {
                    throw CairnError(
                        .usage, "Unknown option '\(word.excerpt())'", hint: "Run 'cairn help git:from-archive'.")
                } else {
                    rest.append(word)
                }
            }
            guard rest.count <= 4 else {
                throw CairnError(
                    .usage, "Unexpected argument(s): \(rest.dropFirst(4).joined(separator: " ").excerpt())",
                    hint: "Put quotes around a name with blanks; over ssh, two pairs of them.")
            }
            if let type { kind = try Self.kind(type) }
            app = rest.first ?? ""
            origin = rest.dropFirst().first
            name = rest.dropFirst(2).first
            email = rest.dropFirst(3).first
        }

        static func kind(_ word: String) throws(CairnError) -> ArchiveKind {
            guard let kind = ArchiveKind(rawValue: word == "tgz" ? "tar.gz" : word) else {
                throw CairnError(
                    .invalidValue, "Invalid archive type specified, valid archive types include: \(ArchiveKind.words)")
            }
            return kind
        }
    }
}
