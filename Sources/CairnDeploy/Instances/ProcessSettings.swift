public import CairnCore
public import CairnStore

/// How an app's processes are run, as set with `ps:set`, `checks:set` and their like; read once per operation.
public struct ProcessSettings: Sendable, Equatable {
    public var restartPolicy = RestartPolicy.standard
    /// Seconds between SIGTERM and SIGKILL.
    public var stopTimeout = 30
    /// Seconds for which replaced web copies may finish their requests.
    public var waitToRetire = 60
    /// Seconds within which a web process has to listen, where app.json names no check.
    public var startupTimeout = 60
    /// How much of a container's output the engine keeps: `10m`.
    public var logSize = "10m"
    /// How many releases keep their images, for rollbacks.
    public var keptReleases = 10

    public init() {}
}

extension Store {
    /// The settings in effect for an app. Values were checked when they were set.
    public func processSettings(of app: AppName) throws(CairnError) -> ProcessSettings {
        var result = ProcessSettings()
        let ps = try effectiveProperties("ps", of: app)
        if let text = ps["restart-policy"] { result.restartPolicy = try RestartPolicy(parsing: text) }
        if let seconds = ps["stop-timeout-seconds"].flatMap(Int.init) { result.stopTimeout = seconds }
        let checks = try effectiveProperties("checks", of: app)
        if let seconds = checks["wait-to-retire"].flatMap(Int.init) { result.waitToRetire = seconds }
        if let seconds = checks["startup-timeout"].flatMap(Int.init) { result.startupTimeout = seconds }
        if let size = try effectiveProperties("logs", of: app)["max-size"] { result.logSize = size }
        if let count = try effectiveProperties("releases", of: app)["keep"].flatMap(Int.init) {
            result.keptReleases = max(count, 1)
        }
        return result
    }
}
