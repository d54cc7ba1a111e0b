extension Trigger {
    /// A part of the table.
    public struct Group: Sendable {
        public let title: String
        public let triggers: [Trigger]
    }

    /// Every trigger that Cairn fires or answers, or that plugins fire for each other.
    public static var table: [Group] {
        [
            Group(title: "A plugin's own life, and permissions", triggers: packaging),
            Group(title: "The life of an app and its processes", triggers: apps),
            Group(title: "From a push to an image", triggers: source),
            Group(title: "From an image to containers that serve", triggers: deploying),
            Group(title: "Domains, certificates, ports, the proxy", triggers: routing),
            Group(title: "Configuration and tasks", triggers: settings),
            Group(title: "Whoever runs containers", triggers: scheduler),
            Group(title: "Cairn's own", triggers: own),
        ]
    }

    /// The trigger with a name: that of the table; otherwise a mandatory one, whose meaning its plugins know.
    public static func named(_ name: String) -> Trigger {
        known[name] ?? Trigger(name, .mandatory, origin: .plugins)
    }

    /// By name.
    static let known = Dictionary(table.flatMap(\.triggers).map { ($0.name, $0) }) { first, _ in first }
}
