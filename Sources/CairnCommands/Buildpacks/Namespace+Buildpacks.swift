import CairnCore
import CairnDeploy
import CairnStore

extension Namespace {
    static let buildpacks = Namespace(
        "buildpacks", "Buildpacks that turn source code into an image",
        [
            BuildpacksAdd.self, BuildpacksClear.self, BuildpacksDetect.self, BuildpacksList.self,
            BuildpacksRemove.self, BuildpacksSet.self, BuildpacksUpgradeStack.self,
            PropertyReport<BuildpacksProperties>.self,
            PropertySet<BuildpacksProperties>.self,
        ])
}

enum BuildpacksProperties: PropertyNamespace {
    static let name = BuildpackProperty.namespace
    static let setWord = "set-property"
    static let repeatsKeysWithPrefix = true

    static let definitions = [
        PropertyDefinition(BuildpackProperty.stack, image),
        PropertyDefinition(BuildpackProperty.runStack, image),
        PropertyDefinition(BuildpackProperty.authorities, .global, hostFile),
        PropertyDefinition(BuildpackProperty.timeLimit, standard: "3600", .whole(1...86_400)),
        PropertyDefinition("http-proxy", .global, proxy),
        PropertyDefinition("https-proxy", .global, proxy),
        PropertyDefinition("no-proxy", .global, .text),
    ]

    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] {
        guard let app else { return [] }
        return [ReportRow("buildpacks-list", try context.platform().buildpacks(of: app).joined(separator: ","))]
    }

    /// It becomes part of a line of a Dockerfile.
    private static let image = PropertyKind(
        expectation: "the name of an image to build in, such as heroku/heroku:24-build"
    ) { value in
        let isPlain = value.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._-/:@".utf8.contains(byte)
        }
        guard isPlain, (1...255).contains(value.utf8.count), value.first != "-", value.first != "/" else {
            throw PropertyKind.Mismatch()
        }
        return value
    }

    private static let hostFile = PropertyKind(expectation: "the absolute path of a PEM file on this host") { value in
        guard value.hasPrefix("/"), value.utf8.count <= 4096, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw PropertyKind.Mismatch()
        }
        return value
    }

    private static let proxy = PropertyKind(expectation: "the URL of a proxy, such as http://proxy.example.com:3128") {
        value in
        let isPlain = value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
        guard isPlain, value.utf8.count <= 2048, value.contains("://"), value.first != "-" else {
            throw PropertyKind.Mismatch()
        }
        return value
    }
}
