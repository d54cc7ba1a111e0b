import ArgumentParser
import CairnBuild
import CairnCore
import CairnDeploy
import CairnStore

struct BuildpacksAdd: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "buildpacks:add", "Add a buildpack to those of an app.", usage: "[--index N] <app> <buildpack>",
        discussion: """
            A buildpack is the name of a bundled one (python), a shorthand (heroku/nodejs), or the URL of a git repository \
            or of a .tgz; behind a '#' stands a branch, a tag or a commit. Changes take effect at the next build.
            """)

    @Option(help: "The place in the list, from 1; without it the end.") var index: Int?
    @Argument(help: "The app.") var app: String
    @Argument(help: "The buildpack.") var buildpack: String?

    func run(in context: CommandContext) async throws {
        let text = try BuildpacksChange.normalized(buildpack)
        try BuildpacksChange(context.app(app), context).apply { list in
            let place = try BuildpacksChange.place(index ?? list.count + 1)
            list.insert(text, at: min(place, list.count))
        }
    }
}

struct BuildpacksSet: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "buildpacks:set", "Set the buildpack at a place of the list, or the whole list.",
        usage: "[--index N] <app> <buildpack> | --replace <app> <buildpack>...",
        discussion: "Without --index it is the first place. Changes take effect at the next build.")

    @Option(help: "The place in the list, from 1.") var index: Int?
    @Flag(help: "Replace the whole list.") var replace = false
    @Argument(help: "The app.") var app: String
    @Argument(help: "The buildpack.") var buildpacks: [String] = []

    func run(in context: CommandContext) async throws {
        if replace, index != nil {
            throw CairnError(.usage, "The --index flag cannot be used with --replace")
        }
        if replace, buildpacks.isEmpty {
            throw CairnError(
                .usage, "Must specify at least one buildpack, use buildpacks:clear to remove all buildpacks")
        }
        if !replace, buildpacks.count > 1 {
            throw CairnError(.usage, "Setting multiple buildpacks requires the --replace flag")
        }
        let change = BuildpacksChange(try context.app(app), context)
        if replace {
            let texts = try buildpacks.map { try BuildpacksChange.normalized($0) }
            return try change.apply { $0 = texts }
        }
        let text = try BuildpacksChange.normalized(buildpacks.first)
        try change.apply { list in
            let place = try BuildpacksChange.place(index ?? 1)
            if place < list.count { list[place] = text } else { list.append(text) }
        }
    }
}

struct BuildpacksRemove: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "buildpacks:remove", "Remove a buildpack from those of an app.", usage: "<app> <buildpack> | --index N <app>")

    @Option(help: "The place in the list, from 1.") var index: Int?
    @Argument(help: "The app.") var app: String
    @Argument(help: "The buildpack.") var buildpack: String?

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        guard index == nil || buildpack == nil else {
            throw CairnError(.usage, "Please choose either index or Buildpack, but not both")
        }
        guard index != nil || buildpack != nil else {
            throw CairnError(.usage, "Must specify a buildpack to remove, either by index or URL")
        }
        try BuildpacksChange(app, context).apply { list in
            if list.isEmpty {
                throw CairnError(
                    .notFound, "No buildpacks were found, next release on \(app.name) will detect buildpack normally")
            }
            let place = try place(in: list)
            context.output.step("Removing \(list[place])")
            list.remove(at: place)
        }
    }

    private func place(in list: [String]) throws -> Int {
        if let index {
            guard list.indices.contains(index - 1) else {
                throw CairnError(.notFound, "Index not found", hint: "The list has \(list.count) of them.")
            }
            return index - 1
        }
        let text = buildpack ?? ""
        let wanted = (try? BuildpackReference(parsing: text))?.description ?? text
        guard let place = list.firstIndex(of: wanted) else {
            throw CairnError(.notFound, "Value not found", hint: "There are: \(list.joined(separator: ", ")).")
        }
        return place
    }
}

struct BuildpacksClear: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "buildpacks:clear", "Forget the buildpacks that were set for an app, so that they are detected again.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        try BuildpacksChange(context.app(app), context).apply { $0 = [] }
    }
}

/// A change of the list of an app.
struct BuildpacksChange {
    private let app: App
    private let context: CommandContext

    init(_ app: App, _ context: CommandContext) {
        self.app = app
        self.context = context
    }

    func apply(_ change: (inout [String]) throws -> Void) throws {
        let old = try context.platform().buildpacks(of: app)
        var list = old
        try change(&list)
        guard list != old else { return }
        try context.store().setProperty(
            BuildpackProperty.namespace, BuildpackProperty.list, to: list.joined(separator: "\n"), in: .app(app.name))
        try context.store().addEvent(
            "setting-changed", app: app.name, actor: context.actor, "buildpacks \(list.joined(separator: ", "))")
    }

    /// - Throws: `E-USAGE`, `E-INVALID-VALUE`.
    static func normalized(_ text: String?) throws(CairnError) -> String {
        guard let text, !text.isEmpty else { throw CairnError(.usage, "Must specify a buildpack") }
        return try BuildpackReference(parsing: text).description
    }

    /// From 1 to an index.
    static func place(_ index: Int) throws(CairnError) -> Int {
        guard index >= 1 else { throw CairnError(.usage, "Places are counted from 1, so --index \(index) is none") }
        return index - 1
    }
}
