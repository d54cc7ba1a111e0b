import ArgumentParser
import CairnCore
import CairnStore

struct PortsAdd: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ports:add", "Add port mappings to an app.",
        discussion: "The first mapping that is set by hand replaces those that were detected.")

    @Argument(help: "The app.") var app: String
    @Argument(help: "scheme:host-port:container-port, such as http:80:5000.") var mappings: [String] = []

    func run(in context: CommandContext) async throws {
        _ = try PortChange.parse(mappings)
        let app = try context.app(app)
        let all = try PortChange.parse(mappings, beside: context.store().portMappings(of: app))
        try await PortChange(app: app, verb: "add", context: context).store(all)
    }
}

struct PortsSet: CairnCommand {
    static let configuration = CommandConfiguration.cairn("ports:set", "Replace the port mappings of an app.")

    @Argument(help: "The app.") var app: String
    @Argument(help: "scheme:host-port:container-port, such as http:80:5000.") var mappings: [String] = []

    func run(in context: CommandContext) async throws {
        let mappings = try PortChange.parse(mappings)
        try await PortChange(app: context.app(app), verb: "set", context: context).store(mappings)
    }
}

struct PortsRemove: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ports:remove", "Remove port mappings of an app.",
        discussion:
            "A mapping may be named whole (http:80:5000), without the container's port (http:80), or by the host's port (80)."
    )

    @Argument(help: "The app.") var app: String
    @Argument(help: "The mappings.") var mappings: [String] = []

    func run(in context: CommandContext) async throws {
        guard !mappings.isEmpty else { throw CairnError(.usage, "No port mapping specified") }
        let patterns = try mappings.map { try PortPattern(parsing: $0) }
        let app = try context.app(app)
        let old = try context.store().portMappings(of: app)
        for (pattern, word) in zip(patterns, mappings) where !old.contains(where: pattern.matches) {
            context.output.warning("\(app.name) has no port mapping \(word.visible) that was set by hand")
        }
        let kept = old.filter { mapping in !patterns.contains { $0.matches(mapping) } }
        try await PortChange(app: app, verb: "remove", context: context).store(kept)
    }
}

struct PortsClear: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ports:clear", "Remove all port mappings of an app; it is served as detected again.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        try await PortChange(app: context.app(app), verb: "clear", context: context).store([])
    }
}

/// A mapping, or the beginning of one: `http:80:5000`, `http:80`, `80`.
private struct PortPattern {
    private let scheme: PortMapping.Scheme?
    private let hostPort: Int
    private let containerPort: Int?

    init(parsing text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 1, let port = PortMapping.port(parts[0]) {
            (scheme, hostPort, containerPort) = (nil, port, nil)
        } else if parts.count == 2, let known = PortMapping.Scheme(rawValue: String(parts[0])),
            let port = PortMapping.port(parts[1])
        {
            (scheme, hostPort, containerPort) = (known, port, nil)
        } else {
            let mapping = try PortMapping(parsing: text)
            (scheme, hostPort, containerPort) = (mapping.scheme, mapping.hostPort, mapping.containerPort)
        }
    }

    func matches(_ mapping: PortMapping) -> Bool {
        mapping.hostPort == hostPort && (scheme.map { $0 == mapping.scheme } ?? true)
            && (containerPort.map { $0 == mapping.containerPort } ?? true)
    }
}
