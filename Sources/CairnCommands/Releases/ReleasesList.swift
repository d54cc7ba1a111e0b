import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct ReleasesList: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "releases", "List the releases of an app, the newest first.", aliases: ["releases:list"])

    @Option(name: [.customShort("n"), .customLong("num")], help: "How many.") var count = 15
    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let releases = try context.store().releases(of: app, limit: max(count, 0))
        if format.isJSON {
            return context.output.json(.array(releases.map { $0.json(isCurrent: $0.id == app.currentRelease) }))
        }
        if releases.isEmpty { return context.output.warning("App \(app.name) has not been deployed") }
        context.output.headline("\(app.name) releases")
        context.output.table(
            ["VERSION", "STATUS", "CREATED", "BY", "DESCRIPTION"],
            releases.map { release in
                [
                    "v\(release.version)", release.id == app.currentRelease ? "current" : release.status.rawValue,
                    release.createdAt.rfc3339, release.actor, release.description,
                ]
            })
    }
}

extension Release {
    /// Without the values of config variables.
    func json(isCurrent: Bool) -> JSONValue {
        var members: [String: JSONValue] = [
            "version": .integer(version), "status": .string(status.rawValue), "current": .bool(isCurrent),
            "created_at": .string(createdAt.rfc3339), "actor": .string(actor), "description": .string(description),
            "image": .string(imageID), "source": .string(content.source), "builder": .string(content.builder),
            "config_keys": .array(content.config.keys.sorted().map(JSONValue.string)),
            "processes": .object(content.commands.mapValues(JSONValue.string)),
            "timings": .object(Dictionary(timings.map { ($0.phase, .double($0.seconds)) }) { $1 }),
        ]
        if let revision = content.revision { members["revision"] = .string(revision) }
        if let old = content.rollbackOf { members["rollback_of"] = .integer(old) }
        if let failure { members["failure"] = .string(failure) }
        return .object(members)
    }
}

/// The version of a release as people write it.
enum ReleaseVersion {
    /// - Throws: `E-INVALID-VALUE` for anything but `v12` and `12`.
    static func parse(_ text: String) throws(CairnError) -> Int {
        let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let version = Int(digits), version > 0
        else {
            throw CairnError(
                .invalidValue, "'\(text.excerpt())' is not the version of a release", hint: "Write it as 'v12'.")
        }
        return version
    }
}
