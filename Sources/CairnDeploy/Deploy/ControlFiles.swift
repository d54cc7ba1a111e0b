import CairnBuild
import CairnCore
import CairnStore
import Foundation

/// What a source says about how it is to be run: its Procfile and its app.json.
struct ControlFiles: Sendable, Equatable {
    var procfile: Procfile?
    var appJSON = AppJSON()
    var appJSONText: String?

    /// Reads and checks both, before anything is built.
    ///
    /// - Throws: `E-INVALID-FILE`.
    static func read(from tree: any SourceTree, settings: ControlFilePaths) async throws -> ControlFiles {
        var files = ControlFiles()
        if let bytes = try await tree.file(at: settings.procfile, maximum: Procfile.maximumSize) {
            files.procfile = try Procfile(parsing: bytes, file: settings.procfile.rawValue)
        }
        if let bytes = try await tree.file(at: settings.appJSON, maximum: 1 << 20) {
            files.appJSON = try AppJSON(parsing: bytes, file: settings.appJSON.rawValue)
            files.appJSONText = String(decoding: bytes, as: UTF8.self)
        }
        return files
    }
}

/// Where the control files are, relative to the build directory.
struct ControlFilePaths: Sendable, Equatable {
    var procfile: RelativePath
    var appJSON: RelativePath

    init(store: Store, app: AppName) throws(CairnError) {
        let directory = try store.effectiveProperties("builder", of: app)["build-dir"]
        let procfile = try store.effectiveProperties("ps", of: app)["procfile-path"] ?? "Procfile"
        let appJSON = try store.effectiveProperties("app-json", of: app)["appjson-path"] ?? "app.json"
        self.procfile = try Self.path(procfile, in: directory)
        self.appJSON = try Self.path(appJSON, in: directory)
    }

    private static func path(_ path: String, in directory: String?) throws(CairnError) -> RelativePath {
        try RelativePath(validating: directory.map { "\($0)/\(path)" } ?? path)
    }
}

/// The variables that app.json adds to the config of an app.
struct DeclaredConfig {
    let declared: [ConfigKey: AppJSON.EnvDeclaration]
    /// Only the first deploy considers every declaration; later ones those with `sync`.
    let isFirstDeploy: Bool

    /// What is to be set, given what is set.
    ///
    /// - Throws: `E-INVALID-VALUE` when a required variable has no value.
    func additions(to config: [String: String]) throws(CairnError) -> [ConfigPair] {
        var pairs: [ConfigPair] = []
        for (key, declaration) in declared.sorted(by: { $0.key < $1.key }) {
            guard isFirstDeploy || declaration.sync else { continue }
            let current = config[key.rawValue] ?? ""
            if !current.isEmpty && !declaration.sync { continue }
            if declaration.generator == .secret {
                pairs.append(try ConfigPair(key: key, value: Self.secret()))
            } else if let value = declaration.value {
                pairs.append(try ConfigPair(key: key, value: value))
            } else if declaration.isRequired && current.isEmpty {
                throw CairnError(
                    .invalidValue, "app.json requires the config variable \(key), which has no value",
                    hint: "Set it first: cairn config:set --no-restart APP \(key)=…")
            }
        }
        return pairs
    }

    /// 64 hex digits from the system's generator of random numbers.
    private static func secret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<8).map { _ in
            let digits = String(UInt32.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }
}
