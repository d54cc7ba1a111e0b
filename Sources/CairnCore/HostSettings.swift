/// How this installation is laid out and which host services it uses. Read from `host.env` in the state root, where
/// each line is `KEY=VALUE`; a variable of the environment with the same name wins.
public struct HostSettings: Sendable, Equatable {
    /// The directory that holds all state (`CAIRN_ROOT`).
    public var root: String
    /// The engine's unix socket (`CAIRN_ENGINE_SOCKET`).
    public var engineSocket: String
    /// nginx's program (`CAIRN_NGINX_BINARY`) and its main configuration file (`CAIRN_NGINX_CONF`).
    public var nginxBinary: String
    public var nginxConfiguration: String
    /// Whether nginx is tested and reloaded through `sudo -n` (`CAIRN_NGINX_SUDO`, yes or no).
    public var nginxNeedsSudo: Bool
    /// The addresses that app networks are cut from (`CAIRN_NETWORK_POOL`), and the size of each
    /// (`CAIRN_NETWORK_PREFIX`, in fixed bits).
    public var networkPool: IPv4Subnet
    public var networkPrefix: Int
    /// The host ports of an app without port mappings of its own (`CAIRN_HTTP_PORT`, `CAIRN_HTTPS_PORT`).
    public var httpPort: Int
    public var httpsPort: Int
    /// The path under which hooks and ssh keys call Cairn (`CAIRN_EXECUTABLE`).
    public var executable: String
    /// The port of the host's sshd, to print addresses to push to (`CAIRN_SSH_PORT`).
    public var sshPort: Int
    /// Where the files that come with Cairn are installed: plugins, buildpacks, the compatibility shim (`CAIRN_SHARE`).
    public var share: String
    /// How long a plugin may take at a trigger that the work waits for (`CAIRN_PLUGIN_TIMEOUT`), and at one that only tells
    /// what has happened (`CAIRN_PLUGIN_ADVISORY_TIMEOUT`). In seconds.
    public var pluginTimeout: Int
    public var pluginAdvisoryTimeout: Int

    /// Where the daemon answers DNS and HTTP about services when no setting of discovery says it (`CAIRN_DNS_LISTEN`,
    /// `CAIRN_HTTP_LISTEN`): addresses with ports, or `off`.
    public var dnsListen: String
    public var httpListen: String

    public static let standardRoot = "/var/lib/cairn"

    /// - Throws: `E-INVALID-VALUE` naming the key and what it may hold.
    public init(file: String = "", environment: [String: String] = [:]) throws(CairnError) {
        var values: [String: String] = [:]
        for line in file.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            values[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
        let lookup = Lookup(values: values.merging(environment) { _, environment in environment })
        root = try lookup.path("CAIRN_ROOT", Self.standardRoot)
        engineSocket = try lookup.path("CAIRN_ENGINE_SOCKET", "/var/run/docker.sock")
        nginxBinary = try lookup.path("CAIRN_NGINX_BINARY", "/usr/sbin/nginx")
        nginxConfiguration = try lookup.path("CAIRN_NGINX_CONF", "/etc/nginx/nginx.conf")
        nginxNeedsSudo = try lookup.flag("CAIRN_NGINX_SUDO", true)
        networkPool = try IPv4Subnet(parsing: lookup.text("CAIRN_NETWORK_POOL", "10.210.0.0/15"))
        networkPrefix = try lookup.number(
            "CAIRN_NETWORK_PREFIX", 26, in: networkPool.prefix...max(28, networkPool.prefix))
        httpPort = try lookup.number("CAIRN_HTTP_PORT", 80, in: 1...65535)
        httpsPort = try lookup.number("CAIRN_HTTPS_PORT", 443, in: 1...65535)
        executable = try lookup.path("CAIRN_EXECUTABLE", "/usr/bin/cairn")
        sshPort = try lookup.number("CAIRN_SSH_PORT", 22, in: 1...65535)
        share = try lookup.path("CAIRN_SHARE", "/usr/share/cairn")
        dnsListen = lookup.text("CAIRN_DNS_LISTEN", "127.0.0.1:8600 bridge:53")
        httpListen = lookup.text("CAIRN_HTTP_LISTEN", "127.0.0.1:8500")
        pluginTimeout = try lookup.number("CAIRN_PLUGIN_TIMEOUT", 600, in: 1...86_400)
        pluginAdvisoryTimeout = try lookup.number("CAIRN_PLUGIN_ADVISORY_TIMEOUT", 60, in: 1...86_400)
    }

    // MARK: The layout of the state root

    public var database: String { root + "/cairn.db" }
    public var hooks: String { root + "/hooks" }
    public var nginxRoot: String { root + "/nginx" }
    public var accessLog: String { root + "/logs/nginx/access.log" }
    public var authorizedKeys: String { root + "/.ssh/authorized_keys" }
    /// The socket on which the daemon is told that there is something to do.
    public var daemonSocket: String { root + "/run/daemon.sock" }
    /// The installed plugins: `available/<name>`, links in `enabled/`, and what is derived from both.
    public var plugins: String { root + "/plugins" }
    public func repository(of app: AppName) -> String { root + "/repos/\(app).git" }
    public func lock(of app: AppName) -> String { root + "/locks/\(app).lock" }
    public func buildLog(of app: AppName, id: String) -> String { root + "/logs/builds/\(app)/\(id).log" }
    public func buildLogs(of app: AppName) -> String { root + "/logs/builds/\(app)" }

    private struct Lookup {
        let values: [String: String]

        func text(_ key: String, _ standard: String) -> String {
            guard let value = values[key], !value.isEmpty else { return standard }
            return value
        }

        func path(_ key: String, _ standard: String) throws(CairnError) -> String {
            let value = text(key, standard)
            guard value.hasPrefix("/"), value.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }), !value.contains("\"") else {
                throw error(key, value, "an absolute path without blanks or quotes")
            }
            return value.count > 1 && value.hasSuffix("/") ? String(value.dropLast()) : value
        }

        func number(_ key: String, _ standard: Int, in range: ClosedRange<Int>) throws(CairnError) -> Int {
            guard let value = values[key], !value.isEmpty else { return standard }
            guard let number = Int(value), range.contains(number) else {
                throw error(key, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }

        func flag(_ key: String, _ standard: Bool) throws(CairnError) -> Bool {
            switch values[key] ?? "" {
            case "": return standard
            case "yes", "true", "1": return true
            case "no", "false", "0": return false
            default: throw error(key, values[key] ?? "", "yes or no")
            }
        }

        private func error(_ key: String, _ value: String, _ allowed: String) -> CairnError {
            CairnError(
                .invalidValue, "The setting \(key) is '\(value.visible)'; it must be \(allowed)",
                hint: "Correct it in host.env in the state root, or in the environment.")
        }
    }
}
