public import CairnCore
import Glibc

/// The variables that published plugins expect of the platform.
public struct PlatformEnvironment: Sendable {
    /// The variables that say where things are and who runs them. Those that say who calls and with which flags come from
    /// the call.
    public let variables: [String: String]

    public init(_ settings: HostSettings) {
        let library = settings.compatibilityLibrary
        let layout = PluginLayout(settings)
        let core = library + "/core-plugins"
        let account = Self.account(owning: settings.root)
        var variables = [
            "DOKKU_ROOT": settings.compatibilityRoot, "DOKKU_HOST_ROOT": settings.compatibilityRoot,
            "DOKKU_LIB_ROOT": library, "DOKKU_LIB_HOST_ROOT": library,
            "PLUGIN_PATH": layout.root, "PLUGIN_AVAILABLE_PATH": layout.available,
            "PLUGIN_ENABLED_PATH": layout.enabled, "PLUGIN_CORE_PATH": core,
            "PLUGIN_CORE_AVAILABLE_PATH": core + "/available", "PLUGIN_CORE_ENABLED_PATH": core + "/enabled",
            "DOKKU_API_VERSION": "1", "DOKKU_NOT_IMPLEMENTED_EXIT": "10", "DOKKU_VALID_EXIT": "0",
            "DOKKU_SYSTEM_USER": account.user, "DOKKU_SYSTEM_GROUP": account.group,
            "DOKKU_DISTRO": Self.distribution(), "DOCKER_BIN": "docker",
            "DOKKU_IMAGE": "gliderlabs/herokuish:latest-24", "DOKKU_CNB_BUILDER": "heroku/builder:24",
            "DOKKU_LOGS_DIR": settings.root + "/logs", "DOKKU_LOGS_HOST_DIR": settings.root + "/logs",
            "DOKKU_EVENTS_LOGFILE": settings.root + "/logs/events.log", "DOKKU_CONTAINER_LABEL": "dokku",
            "DOKKU_GLOBAL_BUILD_ARGS": Self.labels, "DOKKU_GLOBAL_RUN_ARGS": Self.labels,
        ]
        // What the shim's functions read instead of asking.
        variables["CAIRN_NGINX_BINARY"] = settings.nginxBinary
        variables["CAIRN_HTTP_PORT"] = "\(settings.httpPort)"
        variables["CAIRN_HTTPS_PORT"] = "\(settings.httpsPort)"
        if settings.engineSocket != "/var/run/docker.sock" {
            variables["DOCKER_HOST"] = "unix://" + settings.engineSocket
        }
        // A file of a plugin that sets one of Cairn's own would lead the plugin astray.
        self.variables = Self.settingsOfPlugins(settings).merging(variables) { _, own in own }
    }

    private static let labels =
        "--label=org.label-schema.schema-version=1.0 --label=org.label-schema.vendor=dokku --label=dokku"

    /// The names of the user and the group that own a directory.
    private static func account(owning path: String) -> (user: String, group: String) {
        let status = FileSystem.status(path)
        let user = getpwuid(status?.st_uid ?? getuid()).map { String(cString: $0.pointee.pw_name) }
        let group = getgrgid(status?.st_gid ?? getgid()).map { String(cString: $0.pointee.gr_name) }
        return (user ?? "cairn", group ?? "cairn")
    }

    /// `ID` of os-release(5).
    private static func distribution() -> String {
        let text =
            FileSystem.read("/etc/os-release", maximum: 64 << 10).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return assignments(in: text)["ID"] ?? "linux"
    }

    /// Variables that plugins set for all of them, in files below `.dokkurc`. The files are read for their assignments and
    /// never run.
    private static func settingsOfPlugins(_ settings: HostSettings) -> [String: String] {
        let directory = settings.compatibilityRoot + "/.dokkurc"
        var variables: [String: String] = [:]
        for name in FileSystem.names(in: directory) where !name.hasPrefix(".") {
            guard let content = FileSystem.read("\(directory)/\(name)", maximum: 64 << 10) else { continue }
            variables.merge(assignments(in: String(decoding: content, as: UTF8.self))) { $1 }
        }
        return variables
    }

    /// The lines `KEY=value` and `export KEY=value` of a file for a shell, as long as a value is one word.
    static func assignments(in text: String) -> [String: String] {
        var variables: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.contains("$") && !line.contains("`") {
            guard let words = try? ShellWords.split(String(line)), let last = words.last,
                words.count == 1 || words.count == 2 && words[0] == "export", let equals = last.firstIndex(of: "=")
            else { continue }
            let key = last[..<equals]
            guard let first = key.utf8.first, !(0x30...0x39).contains(first),
                key.utf8.allSatisfy({ $0 == 0x5f || (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) })
            else { continue }
            variables[String(key)] = String(last[last.index(after: equals)...])
        }
        return variables
    }
}
