import CairnCore
import CairnStore

enum ChecksProperties: PropertyNamespace {
    static let name = "checks"
    static let definitions = [
        PropertyDefinition("wait-to-retire", standard: "60", .whole(0...86_400)),
        PropertyDefinition("startup-timeout", standard: "60", .whole(1...86_400)),
    ]
}

extension Namespace {
    static let checks = Namespace(
        "checks", "How a deploy finds out that an app is well",
        [PropertyReport<ChecksProperties>.self, PropertySet<ChecksProperties>.self, ChecksRun.self])
}
