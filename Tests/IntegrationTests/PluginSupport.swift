import CairnTestSupport
import Foundation

/// The directory of a plugin that a test writes.
struct PluginFiles {
    let host: TestHost
    let name: String
    var directory: String { host.home + "/plugins/" + name }

    /// Scripts for sh, by the name of their files; a file whose name ends in `.toml` is no program.
    init(_ name: String, on host: TestHost, _ files: [String: String]) throws {
        self.host = host
        self.name = name
        try write(files)
    }

    func write(_ files: [String: String], mode: Int = 0o755) throws {
        for (file, text) in files {
            let path = directory + "/" + file
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
            let isProgram = !file.hasSuffix(".toml")
            try ((isProgram ? "#!/bin/sh\n" : "") + text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: isProgram ? mode : 0o644], ofItemAtPath: path)
        }
    }

    @discardableResult
    func install() async throws -> Outcome { try await host.cairn("plugin:install", directory).check() }
}

/// The processes that sleep for a number of seconds which stands for one test.
struct SleepingProcesses {
    let seconds = Int.random(in: 1_000_000...9_000_000)

    var count: Int {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int($0) }.filter { process in
            let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            return line.elementsEqual(Data("sleep\0\(seconds)\0".utf8))
        }.count
    }
}
