import CairnBuild
import CairnCore
import CairnStore

enum BuilderProperties: PropertyNamespace {
    static let name = "builder"
    static let repeatsKeysWithPrefix = true
    private static let builders = BuilderChoice.standard.map(\.name)
    static let definitions = [
        PropertyDefinition(
            "selected",
            PropertyKind(expectation: "one of \(builders.joined(separator: ", "))") { value in
                let name = BuilderChoice.aliases[value] ?? value
                guard builders.contains(name) else { throw PropertyKind.Mismatch() }
                return name
            }),
        PropertyDefinition("build-dir", .path),
    ]

    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] {
        guard let app else { return [] }
        return [ReportRow("builder-detected", try context.store().currentRelease(of: app)?.content.builder ?? "")]
    }
}

enum BuilderDockerfileProperties: PropertyNamespace {
    static let name = "builder-dockerfile"
    static let definitions = [PropertyDefinition("dockerfile-path", standard: "Dockerfile", .path)]
}

enum BuilderPackProperties: PropertyNamespace {
    static let name = "builder-pack"
    static let definitions = [
        PropertyDefinition("projecttoml-path", standard: "project.toml", .path),
        PropertyDefinition("builder", standard: PackBuilder.standardBuilder, .text),
    ]
}

enum AppJSONProperties: PropertyNamespace {
    static let name = "app-json"
    static let repeatsKeysWithPrefix = true
    static let definitions = [PropertyDefinition("appjson-path", standard: "app.json", .path)]
}

extension Namespace {
    static let builder = Namespace(
        "builder", "How source code becomes an image",
        [PropertyReport<BuilderProperties>.self, PropertySet<BuilderProperties>.self])

    static let builderDockerfile = Namespace(
        "builder-dockerfile", "Builds from a Dockerfile",
        [PropertyReport<BuilderDockerfileProperties>.self, PropertySet<BuilderDockerfileProperties>.self])

    static let builderPack = Namespace(
        "builder-pack", "Builds by Cloud Native Buildpacks, with the program pack",
        [PropertyReport<BuilderPackProperties>.self, PropertySet<BuilderPackProperties>.self])

    static let appJSON = Namespace(
        "app-json", "The app.json file of an app",
        [PropertyReport<AppJSONProperties>.self, PropertySet<AppJSONProperties>.self])
}
