import Foundation
import Testing

@testable import CairnBuild

extension BuildpackShell {
    /// Runs lines of shell with the functions of a buildpack, in the directory of an app.
    static func script(
        _ text: String, of pack: String = "python", app: SmallApp, environment: [String: String] = [:]
    ) async throws -> Answer {
        let setting = "exec 2>&1; STACK=cairn-1 BUILD_DIR=$PWD CACHE_DIR=$PWD/.cache\n"
        return try await function(pack, "eval", [setting + text], in: app.path, environment: environment)
    }
}

extension BuildpackShell.Answer {
    var lines: [String] { text.split(separator: "\n").map(String.init) }
}

@Suite("Bundled buildpacks", .enabled("needs bash, curl and jq") { BuildpackShell.isAvailable })
struct BundledBuildpackTests {
    static let names = ["python", "nodejs", "ruby", "static", "procfile"]

    @Test("Each has a manifest, its three programs and a page of documentation", arguments: names)
    func isWhole(name: String) throws {
        let manifest = try BundledBuildpacks(directory: BuildpackShell.buildpacks).manifest(named: name)
        #expect(manifest.name == name)
        #expect(!manifest.any.isEmpty)
        for program in ["detect", "compile", "release"] {
            let path = "\(BuildpackShell.buildpacks)/\(name)/bin/\(program)"
            #expect(FileManager.default.isExecutableFile(atPath: path), "\(path)")
        }
        #expect(FileManager.default.fileExists(atPath: "\(BuildpackShell.root)/docs/buildpacks/\(name).md"))
    }

    @Test(
        "Each recognises its own app",
        arguments: [
            ("python", "python", "Python"), ("nodejs", "nodejs", "Node.js"), ("nodejs", "nodejs-vendored", "Node.js"),
            ("ruby", "ruby", "Ruby"), ("static", "static", "Static"), ("procfile", "procfile", "Procfile"),
        ])
    func detects(name: String, fixture: String, said: String) async throws {
        let answer = try await BuildpackShell.program("\(name)/bin/detect", [BuildpackShell.fixture(fixture)])
        #expect(answer.status == 0)
        #expect(answer.lines == [said])
    }

    @Test("None recognises an app of another kind", arguments: names)
    func refuses(name: String) async throws {
        let app = try SmallApp(["README.md": "x", "Procfile": "# no process", "src/main.rs": "fn main() {}"])
        let answer = try await BuildpackShell.program("\(name)/bin/detect", [app.path])
        #expect(answer.status == 1)
        #expect(answer.text.isEmpty)
    }

    @Test("The quick look and bin/detect agree", arguments: ["python", "nodejs", "ruby", "static", "procfile"])
    func quickLook(fixture: String) async throws {
        let tree = DirectorySourceTree(path: BuildpackShell.fixture(fixture))
        let found = try await BundledBuildpacks(directory: BuildpackShell.buildpacks).candidates(for: tree, in: nil)
        #expect(found.first?.name == fixture)
    }
}

@Suite("Versions that apps ask for", .enabled("needs bash, curl and jq") { BuildpackShell.isAvailable })
struct VersionRangeTests {
    @Test(
        "A version is in the range",
        arguments: [
            ("18.20.4", "18.x"), ("18.20.4", ">=18"), ("18.20.4", ">= 18"), ("18.20.4", "^18.1.0"),
            ("18.20.4", "16 - 18"),
            ("18.20.4", "20 || 18"), ("18.20.4", "*"), ("18.20.4", ""), ("18.20.4", "~18.20"), ("18.20.4", "v18.20.4"),
            ("18.20.4", "<=18"), ("0.2.9", "^0.2.3"), ("3.11.2", "3.11"), ("3.11.2", ">=3.11,<3.13"),
            ("3.11.2", "~=3.11"),
            ("3.11.2", "==3.11.*"), ("3.1.2", "~> 3.1"), ("3.1.2", "~> 3.1.0"), ("3.1.2", ">= 3.0, < 3.3"),
        ])
    func matches(version: String, range: String) async throws {
        #expect(try await status(version, range) == 0)
    }

    @Test(
        "A version is not in the range",
        arguments: [
            ("18.20.4", "^20"), ("18.20.4", ">=16 <18"), ("18.20.4", "16.1.0 - 17"), ("18.20.4", "~18.19.0"),
            ("18.20.4", ">18"), ("18.20.4", "18.20.3"), ("0.3.1", "^0.2.3"), ("3.13.1", "~=3.11.2"),
            ("3.11.2", "!=3.11.2"),
            ("3.2.2", "~> 3.1.0"), ("1.2.9", ">2 || <0.1"),
        ])
    func differs(version: String, range: String) async throws {
        #expect(try await status(version, range) == 1)
    }

    @Test(
        "What is no range is said to be none",
        arguments: ["banana", "pypy3.9", "18.x;id", "$(id)", ">=", "1..2", "x y"])
    func unreadable(range: String) async throws {
        #expect(try await status("18.20.4", range) == 2)
    }

    @Test("The newest release that matches, never a pre-release")
    func newest() async throws {
        let answer = try await BuildpackShell.script(
            #"printf '%s\n' 20.1.0 18.2.0 20.11.0 20.12.0-rc1 22.1.0 | newest_matching '^20'"#, app: SmallApp())
        #expect(answer.lines == ["20.11.0"])
    }

    private func status(_ version: String, _ range: String) async throws -> Int {
        try await BuildpackShell.function("python", "version_matches", [version, range]).status
    }
}

@Suite("What buildpacks share", .enabled("needs bash, curl and jq") { BuildpackShell.isAvailable })
struct BuildpackLibraryTests {
    @Test("Config vars reach tools, but for the names that would change which programs run")
    func configVars() async throws {
        let app = try SmallApp([
            "env/API_KEY": "a b\nc", "env/PATH": "/evil", "env/LD_PRELOAD": "/evil.so", "env/GIT_DIR": "/evil",
            "env/not-a-name": "x",
        ])
        let answer = try await BuildpackShell.script(
            #"load_config_vars env; echo "$API_KEY|${PATH#*/evil}|${LD_PRELOAD-unset}|${GIT_DIR-unset}""#, app: app)
        #expect(answer.text == "a b\nc|/usr/local/bin:/usr/bin:/bin|unset|unset")
    }

    @Test("What one tool is told of proxies and certificates, all are told")
    func proxies() async throws {
        let app = try SmallApp(["ca.pem": ""])
        let answer = try await BuildpackShell.script(
            #"use_proxies_and_certificates; echo "$http_proxy $https_proxy $PIP_CERT $NODE_EXTRA_CA_CERTS""#,
            app: app,
            environment: [
                "HTTP_PROXY": "http://p:1", "HTTPS_PROXY": "http://p:2", "SSL_CERT_FILE": app.path + "/ca.pem",
            ])
        #expect(answer.lines == ["http://p:1 http://p:2 \(app.path)/ca.pem \(app.path)/ca.pem"])
    }

    @Test("A cache entry is used for its key only, and not when it was left half-written")
    func cache() async throws {
        let app = try SmallApp(["lock": "1", "deps/a": "x"])
        let answer = try await BuildpackShell.script(
            """
            key=$(fingerprint lock)
            cache_holds deps "$key" && echo early
            keep_cached deps "$key" dependencies deps >/dev/null
            cache_holds deps "$key" && use_cached deps back dependencies 'lock has not changed'
            cat back/a; echo
            echo 2 >lock
            cache_holds deps "$(fingerprint lock)" || echo changed
            rm "$(cache_entry deps)/key"
            cache_holds deps "$key" || echo incomplete
            """, app: app)
        #expect(answer.lines.count == 4, "\(answer.text)")
        #expect(answer.lines.first?.hasPrefix("       Using cached dependencies (lock has not changed; ") == true)
        #expect(answer.lines.dropFirst() == ["x", "changed", "incomplete"])
    }

    @Test("A download that is not what its checksum says is not kept")
    func checksum() async throws {
        let app = try SmallApp(["release": "what was published"])
        let answer = try await BuildpackShell.script(
            #"fetch_verified "file://$PWD/release" got sha256 "$(printf '%064d' 0)""#, app: app)
        #expect(answer.status == 1)
        #expect(answer.lines.first?.hasPrefix(" !     file://\(app.path)/release is not what its publisher's") == true)
        #expect(!FileManager.default.fileExists(atPath: app.path + "/got"))
    }

    @Test(
        "A download whose address is of another kind is refused", arguments: ["ftp://x/y", "scp://x/y", "gopher://x"])
    func scheme(url: String) async throws {
        let answer = try await BuildpackShell.script("fetch \(url) got || echo \"no: $fetch_error\"", app: SmallApp())
        #expect(answer.text.contains("no: "), "\(answer.text)")
    }
}
