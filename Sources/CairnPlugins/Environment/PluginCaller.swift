import CairnCore
import Glibc

/// On whose behalf a plugin's program runs, and with which flags the command was called.
public struct PluginCaller: Sendable, Equatable {
    /// The unix user who called: that of the account which ssh keys log in to, or the one on the host.
    public var user: String
    /// The name of the ssh key, or `default`.
    public var key: String
    /// The fingerprint of that key; nil for a call on the host.
    public var fingerprint: String?
    /// The first word of the command.
    public var command = ""
    public var isQuiet = false
    public var isTracing = false
    public var isForced = false
    /// What was given with `--app`.
    public var app: String?

    public init(user: String, key: String = Self.noKey, fingerprint: String? = nil) {
        self.user = user
        self.key = key
        self.fingerprint = fingerprint
    }

    /// The name of the key of a caller who has none.
    public static let noKey = "default"

    /// The caller as a plugin's program passes it on to the commands that it calls; nil outside of one.
    public init?(inherited environment: [String: String]) {
        guard PluginEnvironment.isInside(environment), let user = environment["SSH_USER"] else { return nil }
        self.init(user: user, key: environment["SSH_NAME"] ?? Self.noKey, fingerprint: environment["FINGERPRINT"])
        isQuiet = environment["DOKKU_QUIET_OUTPUT"] != nil
        isTracing = environment["DOKKU_TRACE"] != nil
        isForced = environment["DOKKU_APPS_FORCE_DELETE"] != nil
    }

    /// The name of the user that this process runs as.
    public static var processUser: String {
        getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "user \(geteuid())"
    }
}
