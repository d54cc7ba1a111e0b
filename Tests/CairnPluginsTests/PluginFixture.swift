import CairnCore
import CairnTestSupport
import Foundation
import Synchronization

@testable import CairnPlugins

/// A state root with plugins that a test writes.
final class PluginFixture: Sendable {
    let root: String
    let settings: HostSettings
    let reporter = RecordingReporter()

    init(timeout: Int = 20, advisoryTimeout: Int = 20) throws {
        root = NSTemporaryDirectory() + "/cairn-plugins-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        var settings = try HostSettings(environment: ["CAIRN_ROOT": root, "CAIRN_SHARE": root + "/share"])
        settings.pluginTimeout = timeout
        settings.pluginAdvisoryTimeout = advisoryTimeout
        self.settings = settings
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    var layout: PluginLayout { PluginLayout(settings) }
    var store: PluginStore { PluginStore(settings) }
    var dispatcher: PluginDispatcher { dispatcher(process: [:]) }

    func dispatcher(process: [String: String]) -> PluginDispatcher {
        let environment = PluginEnvironment(
            settings: settings, caller: PluginCaller(user: "tess", key: "laptop"), process: process)
        // The state root has to be there as long as the dispatcher is.
        return PluginDispatcher(environment) { _ in withExtendedLifetime(self) {} }
    }

    func installer(reserved: Set<String> = ["apps"]) -> PluginInstaller {
        PluginInstaller(dispatcher: dispatcher, reporter: reporter, isReserved: reserved.contains)
    }

    /// Writes an enabled plugin whose programs are the given scripts for sh.
    func plugin(_ name: String, _ programs: [String: String]) throws {
        let name = try PluginName(validating: name)
        for (program, script) in programs { try write("\(layout.directory(of: name))/\(program)", script) }
        try store.enable(name)
    }

    /// Writes a script for sh, or a file that is none where it ends in `.toml`.
    func write(_ path: String, _ text: String, mode: Int? = nil) throws {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let isProgram = !path.hasSuffix(".toml")
        try (isProgram && !text.hasPrefix("#!") ? "#!/bin/sh\n" + text + "\n" : text)
            .write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: mode ?? (isProgram ? 0o755 : 0o644)], ofItemAtPath: path)
        if isProgram { try FreshProgram.settle(path) }
    }

    func read(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    /// The errors of plugins that may be fetched or installed.
    func refusal(_ body: () async throws -> Void) async throws -> CairnError {
        do { try await body() } catch let error as CairnError { return error }
        throw CairnError(.io, "nothing was refused")
    }
}

/// Keeps what it is told.
final class RecordingReporter: ProgressReporter {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }
    func step(_ text: String) { kept.withLock { $0.append("-----> " + text) } }
    func headline(_ text: String) { kept.withLock { $0.append("=====> " + text) } }
    func detail(_ text: String) { kept.withLock { $0.append("       " + text) } }
    func warning(_ text: String) { kept.withLock { $0.append(" !     " + text) } }
}
