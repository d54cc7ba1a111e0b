import CairnConsul
import CairnCore
import Foundation
import Subprocess
import SystemPackage
import Testing

/// A client from PyPI, unmodified: https://pypi.org/project/py-consul/.
@Suite("py-consul")
struct PythonClientTests {
    /// A Python that has the library.
    private static let python = ProcessInfo.processInfo.environment["CAIRN_TEST_CONSUL_PYTHON"] ?? ""

    @Test(
        "Its catalog, health, key and session calls get what they get from Consul",
        .enabled("needs a Python with py-consul; CAIRN_TEST_CONSUL_PYTHON is its path") { !python.isEmpty })
    func calls() async throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/discovery/consul_client.py").path
        try await ConsulFixture.serve { consul in
            let result = try await run(
                .path(.init(Self.python)), arguments: [script, String(consul.client.port)],
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            let output = result.standardOutput
            guard result.terminationStatus.isSuccess else {
                Issue.record("the client failed: \(result.standardError)")
                return
            }
            let results = try JSONValue(parsing: output, file: "results")
            for (name, expected) in Self.expected { #expect(results[name] == expected, "\(name)") }
        }
    }

    /// What Consul 1.8.7 gives for the same calls.
    private static let expected: [(String, JSONValue)] = [
        ("register", true), ("pass", true), ("service", ["pyweb", 8001, ["v1"], ["region": "us2"]]),
        ("check", "all well"), ("node_name", true), ("members", [1]), ("deregister_check", true), ("services", ["v1"]),
        ("nodes", 1), ("datacenters", ["dc1"]), ("external", true), ("external_health", [5432]),
        ("external_gone", true),
        ("checks", ["serfHealth", "service:pyweb.1"]), ("woken", [true, []]), ("critical", ["service:pyweb.1"]),
        ("maintenance", 0), ("maintained", 1), ("put", true),
        ("get", ["Flags": 7, "Key": "py/a", "LockIndex": 0, "Value": "one"]), ("cas", [false, true]),
        ("recurse", ["py/a", "py/b/c"]), ("keys", ["py/a", "py/b/"]), ("missing", nil), ("acquire", [true, false]),
        ("holder", true), ("renew", "one"), ("destroy", true), ("lock_gone", nil), ("sessions", ["two"]),
        ("events", ["payload"]), ("leader", true), ("peers", 1), ("gone", []),
    ]
}
