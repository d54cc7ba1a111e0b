import CairnCore
import CairnFiles
public import SystemPackage

/// Where nginx and Cairn's part of its configuration are on this host, and how the two are reached.
public struct NginxHost: Sendable, Equatable {
    /// How the containers of an app reach nginx's ears.
    public enum Mode: String, Sendable {
        /// `lua` where the module and its Lua library are installed, else `reload`.
        case automatic
        /// Endpoints live in a shared dictionary of the running nginx; setting them reloads nothing.
        case lua
        /// Endpoints are `upstream` blocks; setting them reloads nginx.
        case reload
    }

    /// The root of Cairn's state (`CAIRN_ROOT`); nginx's part is below `nginx/`.
    public var root: FilePath
    /// The nginx program.
    public var binary: FilePath
    /// nginx's main configuration file, which must include `cairn.conf` at http level.
    public var mainConfiguration: FilePath
    /// Whether the test and the reload are run as `sudo -n nginx …` (for a user who may do just that).
    public var usesSudo: Bool
    public var mode: Mode
    /// The host ports that all apps share by their domains. An app without a domain is never served on these.
    public var sharedPorts: SharedPorts
    /// Whether vhosts listen on IPv6 too. nginx does not start with an IPv6 address on a host without IPv6.
    public var listensOnIPv6: Bool
    /// The one access log of all apps.
    public var accessLog: FilePath
    /// Where Debian (lua-resty-core) keeps Lua libraries, in `package.path` notation.
    public var luaPath: String
    /// How long a reload may take until the new configuration answers. A host with 5,000 https vhosts needs 10 s.
    public var reloadDeadline: Duration

    /// Host ports for HTTP and HTTPS, normally 80 and 443.
    public struct SharedPorts: Sendable, Equatable {
        public var http: Int
        public var https: Int
        public init(http: Int = 80, https: Int = 443) {
            self.http = http
            self.https = https
        }
        func contains(_ port: Int) -> Bool { port == http || port == https }
    }

    public init(
        root: FilePath,
        binary: FilePath = "/usr/sbin/nginx",
        mainConfiguration: FilePath = "/etc/nginx/nginx.conf",
        usesSudo: Bool = false,
        mode: Mode = .automatic,
        sharedPorts: SharedPorts = SharedPorts(),
        listensOnIPv6: Bool? = nil,
        accessLog: FilePath? = nil,
        luaPath: String = "/usr/share/lua/5.1/?.lua",
        reloadDeadline: Duration = .seconds(20)
    ) {
        self.root = root
        self.binary = binary
        self.mainConfiguration = mainConfiguration
        self.usesSudo = usesSudo
        self.mode = mode
        self.sharedPorts = sharedPorts
        self.listensOnIPv6 = listensOnIPv6 ?? Files.exists("/proc/net/if_inet6")
        self.accessLog = accessLog ?? root.appending("logs/nginx/access.log")
        self.luaPath = luaPath
        self.reloadDeadline = reloadDeadline
    }

    /// The file that nginx's configuration must include at http level (from `/etc/nginx/conf.d/cairn.conf`, say).
    public var configurationFile: FilePath { layout.entry }

    var layout: Layout { Layout(base: root.appending("nginx"), pluginRoot: root.appending("dokku")) }
}

/// The files below `<root>/nginx`.
///
/// A configuration is one *generation*: a file that names everything that belongs to it, none of which is ever changed
/// afterwards. `live.conf` is a link to the generation in force, so that one `rename` switches vhosts, certificates and
/// catch-all servers together, and the one before is still whole when it must be gone back to.
struct Layout: Sendable, Equatable {
    let base: FilePath
    /// Where plugins keep what belongs to an app, in a directory of its name.
    let pluginRoot: FilePath

    var entry: FilePath { base.appending("cairn.conf") }
    var live: FilePath { base.appending("live.conf") }
    var generations: FilePath { base.appending("generations") }
    var apps: FilePath { base.appending("apps") }
    var profiles: FilePath { base.appending("profiles") }
    var certificates: FilePath { base.appending("certs") }
    var lua: FilePath { base.appending("lua") }
    var stage: FilePath { base.appending("stage") }
    var stagedMain: FilePath { stage.appending("nginx.conf") }
    var signal: FilePath { base.appending("signal.conf") }
    var endpoints: FilePath { base.appending("endpoints.list") }
    var runDirectory: FilePath { base.appending("run") }
    var controlSocket: FilePath { runDirectory.appending("control.sock") }
    /// What people put into vhosts: `nginx.conf.d/<app>/*.conf`.
    var snippets: FilePath { base.appending("nginx.conf.d") }
    /// What plugins put into an app's vhost.
    func pluginSnippets(of app: AppName) -> FilePath { pluginRoot.appending("\(app)/nginx.conf.d") }
    var configurationLock: FilePath { base.appending("configuration.lock") }
    var reloadLock: FilePath { base.appending("reload.lock") }
    var endpointsLock: FilePath { base.appending("endpoints.lock") }

    func generation(_ number: Int) -> FilePath { generations.appending("\(number).conf") }
}
