import CairnCore

/// A program of the host that fetching a plugin takes: git, curl, tar.
struct HostProgram {
    let name: String
    let reporter: any ProgressReporter

    /// Runs it without anything on its standard input.
    ///
    /// - Parameters:
    ///   - environment: Variables beside the few that every program gets.
    ///   - purpose: What failed, when it does: "The repository cannot be fetched".
    /// - Returns: What it wrote to standard output.
    /// - Throws: `E-PLUGIN-FETCH` with its last lines; `E-IO` when it is not installed.
    func run(
        _ arguments: [String], environment: [String: String] = [:], in directory: String = "/", failure purpose: String
    ) async throws -> String {
        var variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": Self.home]
        variables.merge(environment) { $1 }
        guard let program = Self.path(of: name) else {
            throw CairnError(.io, "\(name) is not installed on this host", hint: "Install it: apt-get install \(name)")
        }
        var request = PluginProcess.Request(
            call: ProgramCall(
                program: program, arguments: arguments, environment: variables, directory: directory))
        request.timeLimit = .seconds(900)
        request.keepsAnswer = true
        request.limits.answer = 16 << 20
        let result = try await PluginProcess.run(request) { _ in }
        if result.ending == .cancelled { throw CancellationError() }
        guard result.ending.isSuccess else {
            throw CairnError(
                .pluginFetch, "\(purpose): \(name) ended with status \(result.ending.status)",
                hint: "Check the address, and whether this host may read it.", evidence: result.evidence)
        }
        return String(decoding: result.answer, as: UTF8.self)
    }

    private static func path(of program: String) -> String? {
        ["/usr/local/bin/", "/usr/bin/", "/bin/"].map { $0 + program }.first(where: FileSystem.isExecutableFile)
    }

    private static var home: String { HomeDirectory.path }
}
