import CairnTestSupport
import Foundation

extension TestHost {
    /// Installs a plugin of the tests, as an administrator does.
    func installPlugin(_ name: String) async throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
        try await cairn("plugin:install", "\(sources)/Fixtures/plugins/\(name)").check()
    }

    /// What a file of the state root holds; empty when it is not there.
    func file(_ path: String) -> String {
        (try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)) ?? ""
    }

    /// The lines that the plugin `recorder` has written, without who called.
    func recorded() -> [String] {
        file("dokku-lib/data/recorder/log").split(separator: "\n").map { line in
            String(line.components(separatedBy: " user=")[0])
        }
    }

    func forgetRecorded() throws {
        try? FileManager.default.removeItem(atPath: root + "/dokku-lib/data/recorder/log")
    }
}
