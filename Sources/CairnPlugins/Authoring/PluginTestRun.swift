public import CairnCore
import Glibc

/// Runs the tests that a plugin brings, in a state root that is made for them and removed afterwards.
public struct PluginTestRun: Sendable {
    private let source: String
    private let name: PluginName
    private let settings: HostSettings
    private let process: [String: String]

    /// - Throws: `E-NOT-FOUND` when there is no such directory, `E-INVALID-NAME` when a plugin cannot be called like it.
    public init(directory: String, settings: HostSettings, process: [String: String]) throws(CairnError) {
        guard let resolved = FileSystem.resolved(directory), FileSystem.isDirectory(resolved) else {
            throw CairnError(.notFound, "There is no directory \(directory.excerpt(200))")
        }
        source = resolved
        name = try PluginName(
            validating: PluginSource(kind: .directory, location: resolved).usualName)
        self.settings = settings
        self.process = process
    }

    /// - Returns: Whether all tests passed.
    /// - Throws: `E-PLUGIN-REFUSED` when the plugin could not be installed as it is, `E-IO`.
    public func run(_ reporter: any ProgressReporter) async throws -> Bool {
        var template = Array("/tmp/cairn-plugin-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileSystem.failure("made", "/tmp") }
        let root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? FileSystem.remove(root) }
        var host = settings
        host.root = root
        let store = PluginStore(host)
        try FileSystem.makeDirectory(store.layout.directory(of: name))
        try DirectoryCopy.copy(source, to: store.layout.directory(of: name))
        let inspection = try PluginInspection(directory: store.layout.directory(of: name), name: name)
        try store.enable(name)
        inspection.warnings.forEach(reporter.warning)
        return try await runTests(store, host, reporter)
    }

    private func runTests(
        _ store: PluginStore, _ host: HostSettings, _ reporter: any ProgressReporter
    ) async throws -> Bool {
        let directory = store.layout.directory(of: name) + "/tests"
        let tests = FileSystem.names(in: directory).filter { FileSystem.isExecutableFile(directory + "/" + $0) }
        guard !tests.isEmpty else {
            throw CairnError(
                .notFound, "The plugin \(name) has no tests",
                hint: "Tests are the executables in its directory 'tests'.")
        }
        var failures = 0
        for test in tests {
            let result = try await run(directory + "/" + test, host, reporter)
            if result.ending == .cancelled { throw CancellationError() }
            if result.ending.isSuccess {
                reporter.step("\(test): passed")
            } else {
                failures += 1
                reporter.warning("\(test): failed with status \(result.ending.status)")
            }
        }
        return failures == 0
    }

    private func run(
        _ program: String, _ host: HostSettings, _ reporter: any ProgressReporter
    ) async throws -> PluginProcess.Result {
        let caller = PluginCaller(user: PluginCaller.processUser)
        // The state root of a host must not be named by the environment.
        let environment = PluginEnvironment(
            settings: host, caller: caller, process: process.filter { $0.key != "CAIRN_ROOT" })
        var request = PluginProcess.Request(
            call: ProgramCall(
                program: program, arguments: [], environment: environment.variables(for: name),
                directory: PluginLayout(host).directory(of: name)))
        request.timeLimit = .seconds(host.pluginTimeout)
        return try await PluginProcess.run(request) { reporter.pass($0) }
    }
}
