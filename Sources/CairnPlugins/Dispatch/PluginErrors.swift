public import CairnCore

extension CairnError.Code {
    /// A plugin's program failed at a trigger that the work cannot go on without.
    public static let pluginFailed = Self(rawValue: "E-PLUGIN-FAILED")
    /// A plugin's program did not come to its end in time.
    public static let pluginTimeout = Self(rawValue: "E-PLUGIN-TIMEOUT")
    /// A plugin cannot be installed as it is, or from where it is.
    public static let pluginRefused = Self(rawValue: "E-PLUGIN-REFUSED")
    /// A plugin could not be fetched.
    public static let pluginFetch = Self(rawValue: "E-PLUGIN-FETCH")
}

extension CairnError {
    /// What a plugin's program that did not succeed is to the work.
    static func failed(
        _ plugin: PluginName, at trigger: Trigger, _ result: PluginProcess.Result, timeLimit: Duration?
    ) -> CairnError {
        let what = "The plugin \(plugin)"
        let place = "at the trigger '\(trigger.name.excerpt())'"
        let advice =
            "Run it by hand: cairn plugin:trigger \(trigger.name.excerpt()) …; or turn it off: cairn plugin:disable \(plugin)"
        switch result.ending {
        case .timedOut:
            let seconds = timeLimit?.components.seconds ?? 0
            return CairnError(
                .pluginTimeout, "\(what) was ended \(place): it had not finished after \(seconds) seconds",
                hint: "If it needs longer, set CAIRN_PLUGIN_TIMEOUT or CAIRN_PLUGIN_ADVISORY_TIMEOUT in host.env.",
                evidence: result.evidence)
        case .tooMuchOutput:
            return CairnError(
                .pluginFailed, "\(what) was ended \(place): its answer has more than 1 MiB", hint: advice,
                evidence: result.evidence)
        case .killed(let signal):
            return CairnError(
                .pluginFailed, "\(what) was killed \(place) by signal \(signal)", hint: advice,
                evidence: result.evidence)
        case .exited(let status) where status > 128:
            return CairnError(
                .pluginFailed, "\(what) failed \(place): status \(status), as after signal \(status - 128)",
                hint: advice, evidence: result.evidence)
        case .exited(let status):
            return CairnError(
                .pluginFailed, "\(what) failed \(place) with status \(status)", hint: advice,
                evidence: result.evidence)
        case .cancelled:
            return CairnError(.deployCancelled, "Cancelled while the plugin \(plugin) was running")
        }
    }
}
