import Foundation
import Subprocess
import Testing

/// Runs parts of the bundled buildpacks with this machine's bash, as far as they need neither an engine nor a network.
struct BuildpackShell {
    /// What a part ended with; its two streams are one, as in a build's log.
    struct Answer: Equatable {
        var status: Int
        var text: String
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let buildpacks = root + "/buildpacks"

    static func fixture(_ name: String) -> String { root + "/Tests/Fixtures/apps/" + name }

    /// The programs that the functions of the buildpacks call.
    static let isAvailable = ["bash", "curl", "jq", "sed", "awk"].allSatisfy { name in
        ["/bin/", "/usr/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + name) }
    }

    /// Runs a program of a buildpack, such as `bin/detect`.
    static func program(_ path: String, _ arguments: [String], environment: [String: String] = [:]) async throws
        -> Answer
    {
        try await run([buildpacks + "/" + path] + arguments, environment)
    }

    /// Calls a shell function of a buildpack, in the directory of an app.
    static func function(
        _ pack: String, _ function: String, _ arguments: [String] = [], in directory: String = "/",
        environment: [String: String] = [:]
    ) async throws -> Answer {
        let script = """
            set -euo pipefail
            shopt -s inherit_errexit
            pack=$1 directory=$2
            shift 2
            pack_dir=\(buildpacks)/$pack
            . "$pack_dir/../lib/all.sh"
            . "$pack_dir/../lib/compiled.sh"
            for file in "$pack_dir"/lib/*.sh; do . "$file"; done
            cd "$directory"
            "$@"
            """
        return try await run(["-c", script, "shell", pack, directory, function] + arguments, environment)
    }

    private static func run(_ arguments: [String], _ environment: [String: String]) async throws -> Answer {
        var variables: [Environment.Key: String] = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let result = try await Subprocess.run(
            .name("bash"), arguments: Arguments(arguments), environment: .custom(variables),
            output: .string(limit: 1 << 20), error: .combinedWithOutput)
        guard case .exited(let status) = result.terminationStatus else { return Answer(status: -1, text: "") }
        let text = String(result.standardOutput.reversed().drop(while: \.isNewline).reversed())
        return Answer(status: Int(status), text: text)
    }
}

/// An app of a few files, removed with this object.
final class SmallApp {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("cairn-app-\(UUID().uuidString)").path

    init(_ files: [String: String] = [:]) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, content) in files {
            let file = URL(fileURLWithPath: path).appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.utf8).write(to: file)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Where `fetch` finds the files.
    var address: String { "file://" + path }
}
