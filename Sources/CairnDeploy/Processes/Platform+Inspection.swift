public import CairnCore
public import CairnStore
import DockerEngine

extension Platform {
    /// What the engine knows of an app's containers, without the values of variables.
    ///
    /// - Throws: `E-ENGINE-DOWN`, `E-ENGINE-FAILED`.
    public func inspection(of app: App) async throws -> JSONValue {
        var containers: [JSONValue] = []
        for status in try await status(of: app).instances {
            guard let id = status.containerID else { continue }
            let bytes = try await engineCall("inspecting \(status.instance.name)") {
                try await engine.inspectContainerRaw(id)
            }
            let value = try JSONValue(parsing: bytes, file: "the engine's answer")
            containers.append(MaskedInspect(value).value)
        }
        return .array(containers)
    }
}

/// A container's description with the values of its variables masked, also where a command line repeats them.
struct MaskedInspect {
    let value: JSONValue

    /// What is no secret, and useful to see.
    private static let shown = ["CACHE_PATH=", "CAIRN_", "DOCKER_", "DOKKU_", "DYNO=", "PATH=", "PORT=", "USER="]
    private static let mask = "XXXXXX"
    /// Shorter values stand in any text by chance.
    private static let shortestSecret = 6

    init(_ container: JSONValue) {
        guard case .object(var members) = container, case .object(var config) = members["Config"],
            case .array(let variables) = config["Env"]
        else {
            value = container
            return
        }
        var secrets: [String] = []
        config["Env"] = .array(
            variables.map { variable in
                guard case .string(let text) = variable, let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")),
                    !Self.shown.contains(where: text.hasPrefix)
                else { return variable }
                secrets.append(String(text[text.utf8.index(after: equals)...]))
                return .string(text[...equals] + Self.mask)
            })
        secrets = secrets.filter { $0.utf8.count >= Self.shortestSecret }
        for key in ["Cmd", "Entrypoint"] { config[key] = config[key].map { Self.without(secrets, $0) } }
        for key in ["Path", "Args"] { members[key] = members[key].map { Self.without(secrets, $0) } }
        members["Config"] = .object(config)
        value = .object(members)
    }

    private static func without(_ secrets: [String], _ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text):
            .string(secrets.reduce(text) { $0.replacing($1, with: mask) })
        case .array(let elements): .array(elements.map { without(secrets, $0) })
        default: value
        }
    }
}
