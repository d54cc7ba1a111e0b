import CairnCore
import Foundation

/// Reads the settings of this host: `host.env` in the state root, and over it the environment.
enum HostFile {
    /// The state root, which the environment alone can move.
    static func root(_ environment: [String: String]) -> String {
        guard let root = environment["CAIRN_ROOT"], !root.isEmpty else { return HostSettings.standardRoot }
        return root
    }

    /// - Throws: `E-INVALID-VALUE` for a setting that makes no sense.
    static func settings(_ environment: [String: String]) throws(CairnError) -> HostSettings {
        let root = root(environment)
        let data = FileManager.default.contents(atPath: root + "/host.env") ?? Data()
        var environment = environment
        // The file lies in the root; it cannot name another one.
        environment["CAIRN_ROOT"] = root
        return try HostSettings(file: String(decoding: data, as: UTF8.self), environment: environment)
    }
}
