import CairnCore
import Glibc

extension PluginEnvironment {
    /// The names that published plugins know, with Cairn's values.
    var compatible: [String: String] { PlatformEnvironment(settings).variables.merging(aboutTheCall) { $1 } }

    private var aboutTheCall: [String: String] {
        var result = ["SSH_USER": caller.user, "SSH_NAME": caller.key, "NAME": caller.key]
        if let fingerprint = caller.fingerprint { result["FINGERPRINT"] = fingerprint }
        result["DOKKU_COMMAND"] = caller.command
        // Both are the same for all that is called from one command, however deep.
        let outer = Self.isInside(process) ? process : [:]
        result["DOKKU_PID"] = outer["DOKKU_PID"] ?? "\(getpid())"
        result["DOKKU_BUILD_ID"] = Self.buildID ?? outer["DOKKU_BUILD_ID"]
        if caller.isQuiet { result["DOKKU_QUIET_OUTPUT"] = "1" }
        if caller.isTracing { result["DOKKU_TRACE"] = "1" }
        if caller.isForced { result["DOKKU_APPS_FORCE_DELETE"] = "1" }
        if let app = caller.app { result["DOKKU_APP_NAME"] = app }
        let flags = [
            caller.isQuiet ? "--quiet" : nil, caller.isTracing ? "--trace" : nil, caller.isForced ? "--force" : nil,
            caller.app.map { "--app \($0)" },
        ]
        result["DOKKU_GLOBAL_FLAGS"] = flags.compactMap { $0 }.joined(separator: " ")
        return result
    }
}
