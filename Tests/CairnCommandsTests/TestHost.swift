import CairnCommands
import CairnCore
import CairnStore
import Foundation
import Synchronization

@testable import CairnCommands

/// A host of its own for one test: a temporary state root with a real database, and a console that records. Nothing of the
/// machine is used: the engine's socket does not exist, and nginx is not there.
final class TestHost: Sendable {
    let root: String
    private let outputs = Mutex((output: "", errors: ""))

    init() throws {
        root = FileManager.default.temporaryDirectory.path + "/cairn-" + UUID().uuidString.prefix(8)
        for directory in ["", "/repos", "/locks"] {
            try FileManager.default.createDirectory(atPath: root + directory, withIntermediateDirectories: true)
        }
    }

    /// Puts a program in nginx's place that accepts every configuration and never runs, and lays out the state root.
    func setUpWithNginx() async throws {
        let script = """
            #!/bin/sh
            case "$1" in
            -V) echo "nginx version: nginx/1.22.1" >&2
                echo "configure arguments: --pid-path=\(root)/nginx.pid --error-log-path=/dev/null" >&2 ;;
            -s) exit 1 ;;
            esac
            """
        try Data(script.utf8).write(to: URL(fileURLWithPath: root + "/no-nginx"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root + "/no-nginx")
        try Data("events {}\nhttp { include \(root)/nginx/cairn.conf; }\n".utf8)
            .write(to: URL(fileURLWithPath: root + "/nginx.conf"))
        guard await run("setup") == 0 else { throw CairnError(.io, "The host cannot be set up: \(errors)") }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    var environment: [String: String] {
        [
            "CAIRN_ROOT": root, "CAIRN_ENGINE_SOCKET": root + "/none.sock", "CAIRN_NGINX_BINARY": root + "/no-nginx",
            "CAIRN_NGINX_CONF": root + "/nginx.conf", "CAIRN_NGINX_SUDO": "no", "SUDO_USER": "ada",
        ]
    }

    var store: Store { get throws { try Store(path: root + "/cairn.db") } }

    /// Runs a line of words, and returns the exit status. What it prints replaces what the call before printed.
    @discardableResult
    func run(
        _ words: String..., input: [UInt8]? = nil, key: String? = nil, program: String = "cairn"
    ) async -> Int32 {
        await run(words: words, input: input, key: key, program: program)
    }

    /// The same with the words as a list.
    @discardableResult
    func run(
        words: [String], input: [UInt8]? = nil, key: String? = nil, program: String = "cairn"
    ) async -> Int32 {
        outputs.withLock { $0 = ("", "") }
        let console = RecordingConsole(host: self, input: input)
        return await Dispatcher(environment: environment, console: console, program: program, sshKey: key).run(words)
    }

    /// Makes an app without the platform's part.
    @discardableResult
    func app(_ name: String) throws -> App { try store.createApp(AppName(validating: name)) }

    var output: String { outputs.withLock { $0.output } }
    var errors: String { outputs.withLock { $0.errors } }
    var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }
    var errorLines: [String] {
        errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
    var json: JSONValue { get throws { try JSONValue(parsing: output, file: "output") } }

    fileprivate func append(output: String = "", errors: String = "") {
        outputs.withLock {
            $0.output += output
            $0.errors += errors
        }
    }
}

/// Records what is written; standard input is what the test gives, or a terminal where nobody types.
private struct RecordingConsole: Console {
    let host: TestHost
    let input: [UInt8]?

    func write(_ bytes: [UInt8]) { host.append(output: String(decoding: bytes, as: UTF8.self)) }
    func writeError(_ text: String) { host.append(errors: text) }
    var isTerminal: Bool { input == nil }
    func readLine() -> String? {
        input.flatMap { String(decoding: $0, as: UTF8.self).split(separator: "\n").first.map(String.init) }
    }
    func readInput(maximum: Int) throws -> [UInt8] {
        let input = input ?? []
        guard input.count <= maximum else { throw CairnError(.invalidValue, "too much") }
        return input
    }
}
