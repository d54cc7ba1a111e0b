import CairnCore
import Glibc
import Subprocess
import SystemPackage

/// Runs the nginx program: to test a configuration, to signal the running one, to ask what it is.
struct NginxProcess {
    let host: NginxHost

    /// Far more than nginx prints; past it something is wrong.
    private static let outputLimit = 1 << 20
    /// A test resolves the names in the host's own configuration, which can hang.
    private static let deadline = Duration.seconds(120)

    /// What `nginx -V` says of a build.
    struct Build: Sendable {
        let version: NginxVersion
        let pidFile: String
        let errorLog: String
        let hasLua: Bool

        init(parsing text: String) {
            version = NginxVersion(parsing: text)
            pidFile = Self.option("--pid-path", in: text) ?? "/run/nginx.pid"
            errorLog = Self.option("--error-log-path", in: text) ?? ""
            hasLua = text.split(separator: " ").contains { $0.hasPrefix("--add-module=") && $0.contains("lua") }
        }

        private static func option(_ name: String, in text: String) -> String? {
            text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix(name + "=") }
                .map { String($0.dropFirst(name.count + 1)) }
        }
    }

    func build() async throws -> Build {
        let result = try await run(["-V"], withSudo: false)
        return Build(parsing: result.text)
    }

    /// Tests the staged configuration.
    ///
    /// - Throws: `E-NGINX-REFUSED` with nginx's lines as evidence.
    func test(_ configuration: FilePath) async throws {
        let result = try await run(["-t", "-q", "-c", configuration.string], withSudo: host.usesSudo)
        guard !result.succeeded else { return }
        throw CairnError(
            .nginxRefused, "nginx does not accept the new configuration; the one in force stays",
            hint: "Mend what nginx names below. What other apps are served is not affected.",
            evidence: Self.lines(result.text))
    }

    /// Tells the running nginx to read its configuration anew; returns long before it has. False when no nginx runs.
    func signalReload(_ configuration: FilePath) async throws -> Bool {
        try await run(["-s", "reload", "-c", configuration.string], withSudo: host.usesSudo).succeeded
    }

    private func run(_ arguments: [String], withSudo: Bool) async throws -> (succeeded: Bool, text: String) {
        let executable = withSudo ? "/usr/bin/sudo" : host.binary.string
        let words = withSudo ? ["-n", host.binary.string] + arguments : arguments
        do {
            return try await withDeadline(Self.deadline) {
                let result = try await Subprocess.run(
                    .path(FilePath(executable)), arguments: Arguments(words), output: .string(limit: Self.outputLimit),
                    error: .string(limit: Self.outputLimit))
                return (result.terminationStatus.isSuccess, result.standardError + result.standardOutput)
            }
        } catch let error as SubprocessError {
            throw CairnError(
                .nginxDown, "Could not run \(executable): \(error)",
                hint: "Install nginx, or set CAIRN_NGINX_BINARY to where it is.")
        } catch is DeadlineExceeded {
            throw CairnError(
                .nginxRefused, "nginx \(arguments[0]) did not end within \(Self.deadline)",
                hint: "Look for host names in the host's own nginx configuration that do not resolve.")
        }
    }

    static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").suffix(20).map { String($0).visible }
    }
}
