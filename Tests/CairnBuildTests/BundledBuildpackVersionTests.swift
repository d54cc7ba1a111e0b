import Foundation
import Testing

@Suite("Versions of Go, PHP, Java and Swift", .enabled("needs bash, curl and jq") { BuildpackShell.isAvailable })
struct BundledBuildpackVersionTests {
    /// What is resolved, or the first line of the error.
    private func resolve(
        _ pack: String, _ function: String, _ files: [String: String], stack: String, environment: [String: String]
    ) async throws -> String {
        let app = try SmallApp(files)
        let answer = try await BuildpackShell.function(
            pack, function, [app.path, stack], in: app.path, environment: environment)
        #expect(answer.text.hasPrefix(" !     ") == (answer.status != 0))
        return answer.text
    }

    static let goReleases = """
        [{"version": "go1.23.1", "files": []}, {"version": "go1.23rc1", "files": []}, {"version": "go1.22.10", "files": []},
         {"version": "go1.22.9", "files": []}, {"version": "go1.18.10", "files": []}]
        """

    @Test(
        "Go: the stack's where it does, else the newest release of what is asked for",
        arguments: [
            ("module a\n\ngo 1.19\n", "", "stack 1.19.8"),
            ("module a\n\ngo 1.16\r\n", "", "stack 1.19.8"),
            ("module a\n", "", "stack 1.19.8"),
            ("module a\n\ngo 1.22\n", "", "download 1.22.10"),
            ("module a\n\ngo 1.22.9\n", "", "download 1.22.9"),
            ("module a\n\ngo 1.22.0\n\ntoolchain go1.23.1\n", "", "download 1.23.1"),
            ("// +heroku goVersion go1.18\nmodule a\n\ngo 1.16\n", "", "download 1.18.10"),
            ("module a\n\ngo 1.16\n", "go1.23rc1", "download 1.23rc1"),
            ("module a\n\ngo 1.16\n", "1.19", "stack 1.19.8"),
            ("module a\n\ngo 1.22.9\n", "1.22", "download 1.22.10"),
        ])
    func go(module: String, setting: String, resolved: String) async throws {
        let releases = try SmallApp(["index.json": Self.goReleases])
        let answer = try await resolve(
            "go", "go_version", ["go.mod": module], stack: "1.19.8",
            environment: ["GOVERSION": setting, "GO_DIST_URL": releases.address])
        #expect(answer == resolved)
    }

    @Test(
        "Go: what can't be had is said, with what can",
        arguments: [
            (
                "1.99",
                """
                 !     Go 1.99 cannot be had: there is no such release.
                 !     The stack has Go 1.19.8; the newest releases are 1.23.1, 1.22.10, 1.18.10.
                """
            ),
            (
                "banana",
                """
                 !     GOVERSION asks for Go "banana", which is no version of Go.
                 !     Write a version (1.22.3), or a line of versions (1.22), whose newest is taken.
                """
            ),
            (
                "1.18",
                """
                 !     GOVERSION asks for Go 1.18, but the module needs Go 1.19 or newer (the go line of go.mod).
                 !     Ask for Go 1.19, or lower the go line.
                """
            ),
        ])
    func goErrors(setting: String, said: String) async throws {
        let releases = try SmallApp(["index.json": Self.goReleases])
        let answer = try await resolve(
            "go", "go_version", ["go.mod": "go 1.19\n"], stack: "1.19.8",
            environment: ["GOVERSION": setting, "GO_DIST_URL": releases.address])
        #expect(answer == said)
    }

    @Test(
        "A list of releases that can't be read is named",
        arguments: [
            (
                "go", "go_version", ["go.mod": "go 1.22\n"], "GO_DIST_URL",
                "Go 1.22 cannot be had: the list of Go's releases at"
            ),
            (
                "php", "php_version", ["composer.json": #"{"require": {"php": "^8.3"}}"#], "PHP_DIST_URL",
                "PHP ^8.3 cannot be had: the list of PHP's releases at"
            ),
            (
                "swift", "swift_version", ["Package.swift": "// swift-tools-version:6.0\n"], "SWIFT_DIST_URL",
                "Swift 6.0 cannot be had: the list of releases at"
            ),
        ])
    func unreachable(
        pack: String, function: String, files: [String: String], variable: String, said: String
    ) async throws {
        let answer = try await resolve(
            pack, function, files, stack: pack == "swift" ? "" : "1.19.8",
            environment: [variable: "file:///nowhere"])
        #expect(answer.hasPrefix(" !     \(said) file:///nowhere/"))
    }

    static let phpReleases = #"{"8.4.2": {}, "8.3.14": {}, "8.3.9": {}, "8.1.31": {}, "8.0.30": {}, "7.4.33": {}}"#

    @Test(
        "PHP: the stack's where the constraint allows it, else the newest release it allows",
        arguments: [
            (#"{"require": {"php": "^8.1"}}"#, "", "stack 8.2.36"),
            (#"{"require": {"php": "~8.1"}}"#, "", "stack 8.2.36"),
            (#"{"require": {"php": "7.4.*|^8.2"}}"#, "", "stack 8.2.36"),
            (#"{"require": {}}"#, "", "stack 8.2.36"),
            (#"{"require": {"php": "^8.3 <8.4"}}"#, "", "compile 8.3.14"),
            (#"{"require": {"php": "~8.1.0"}}"#, "", "compile 8.1.31"),
            (#"{"require": {"php": "*"}}"#, #"{"platform": {"php": ">=8.4"}}"#, "compile 8.4.2"),
            (#"{"require": {"php": "^8.2"}}"#, #"{"platform": []}"#, "stack 8.2.36"),
        ])
    func php(composer: String, lock: String, resolved: String) async throws {
        let releases = try SmallApp(["releases.json": Self.phpReleases])
        var files = ["composer.json": composer]
        if !lock.isEmpty { files["composer.lock"] = lock }
        let answer = try await resolve(
            "php", "php_version", files, stack: "8.2.36", environment: ["PHP_DIST_URL": releases.address])
        #expect(answer == resolved)
    }

    @Test(
        "PHP: what can't be had is said, with what can",
        arguments: [
            (
                "7.4.*",
                """
                 !     PHP 7.4.* cannot be had.
                 !     The stack has PHP 8.2.36; releases that can be compiled on it: 8.4.2, 8.3.14, 8.1.31.
                """
            ),
            (
                "eight",
                """
                 !     composer.json asks for PHP "eight", which is no constraint Composer's rules know.
                 !     Write for instance "^8.2" or ">=8.1 <8.4".
                """
            ),
        ])
    func phpErrors(constraint: String, said: String) async throws {
        let releases = try SmallApp(["releases.json": Self.phpReleases])
        let answer = try await resolve(
            "php", "php_version", ["composer.json": "{\"require\": {\"php\": \"\(constraint)\"}}"], stack: "8.2.36",
            environment: ["PHP_DIST_URL": releases.address])
        #expect(answer == said)
    }

    @Test(
        "Java: the stack's, or what system.properties names",
        arguments: [
            ("", "stack 17.0.21"), ("java.runtime.version=17\n", "stack 17.0.21"),
            ("# a comment\n java.runtime.version = 17.0.21\r\n", "stack 17.0.21"),
            ("java.runtime.version=21", "download 21"), ("java.runtime.version=1.8", "download 8"),
            ("java.runtime.version: temurin-21.0.4", "download 21.0.4"),
            (
                "java.runtime.version=latest",
                """
                 !     system.properties asks for Java "latest", which is no version of Java.
                 !     Write java.runtime.version=21 for the newest of a line, or 21.0.4 for one release.
                """
            ),
        ])
    func java(properties: String, resolved: String) async throws {
        let answer = try await resolve(
            "java", "java_version", ["system.properties": properties], stack: "17.0.21", environment: [:])
        #expect(answer == resolved)
    }

    @Test("Java: the address and checksum of a release, or what can be had")
    func javaArchive() async throws {
        let sum = String(repeating: "ab", count: 32)
        let releases = try SmallApp([
            "21.json":
                #"[{"binary": {"package": {"link": "https://x/jdk.tgz", "checksum": "\#(sum)"}}, "version": {"semver": "21.0.4+7"}}]"#,
            "available_releases.json": #"{"available_releases": [8, 17, 21]}"#,
        ])
        let environment = ["JAVA_DIST_URL": releases.address]
        let found = try await BuildpackShell.function(
            "java", "java_archive", ["21", "17.0.21"], environment: environment)
        #expect(found == .init(status: 0, text: "https://x/jdk.tgz \(sum) 21.0.4+7"))
        let none = try await BuildpackShell.function(
            "java", "java_archive", ["99", "17.0.21"], environment: environment)
        #expect(none.status == 1)
        #expect(none.text.contains(" !     Java 99 cannot be had from \(releases.address)/99.json.\n"))
        #expect(none.text.contains(" !     The stack has Java 17.0.21; the lines of releases are 8, 17, 21.\n"))
    }

    static let swiftReleases = #"[{"name": "6.3.1"}, {"name": "6.2.4"}, {"name": "6.1"}, {"name": "6.1.3"}]"#

    @Test(
        "Swift: the build image's where it does, else the newest release of what is asked for",
        arguments: [
            ("6.0", "", "", "", "download 6.3.1"), ("6.0", "6.1\n", "", "", "download 6.1.3"),
            ("6.0", "6.1.3", "6.2", "", "download 6.2.4"), ("6.0", "", "", "6.2.1", "present 6.2.1"),
            ("6.3", "", "", "6.2.1", "download 6.3.1"), ("6.0", "6.2", "", "6.2.1", "present 6.2.1"),
            ("6.0", "6.1", "", "6.2.1", "download 6.1.3"), ("6.0", "6.9.0", "", "", "download 6.9"),
            (
                "6.0", "main-snapshot", "", "",
                """
                 !     .swift-version asks for Swift "main-snapshot", which is no release of Swift.
                 !     Write a release (6.1.2), or a line of releases (6.1), whose newest is taken.
                """
            ),
            (
                "6.2", "6.1", "", "",
                """
                 !     .swift-version asks for Swift 6.1, but Package.swift needs 6.2 or newer (its swift-tools-version).
                 !     Ask for Swift 6.2, or lower the tools version.
                """
            ),
            (
                "6.0", "6.7", "", "",
                """
                 !     Swift 6.7 cannot be had: there is no such release.
                 !     The newest releases are 6.3.1, 6.2.4, 6.1.3.
                """
            ),
            (
                "7.0", "", "", "",
                """
                 !     Package.swift needs Swift 7.0, but the newest release is 6.3.1.
                 !     Lower its swift-tools-version.
                """
            ),
        ])
    func swift(tools: String, file: String, setting: String, present: String, resolved: String) async throws {
        let releases = try SmallApp(["releases.json": Self.swiftReleases])
        let files = ["Package.swift": "// swift-tools-version: \(tools)\n", ".swift-version": file]
        let answer = try await resolve(
            "swift", "swift_version", files, stack: present,
            environment: ["SWIFT_DIST_URL": releases.address, "SWIFT_VERSION": setting])
        #expect(answer == resolved)
    }

    @Test("A download that is not what its checksum says is not kept")
    func checksum() async throws {
        let archive = try SmallApp(["a.tar": "not what was published"])
        let kept = try SmallApp()
        let answer = try await BuildpackShell.function(
            "go", "install_toolchain",
            [kept.path + "/t/1", archive.address + "/a.tar", "sha256", String(repeating: "0", count: 64), "Go 1"])
        #expect(answer.status == 1)
        #expect(answer.text.contains(" !     \(archive.address)/a.tar is not what its publisher's checksum says"))
        let left = try FileManager.default.subpathsOfDirectory(atPath: kept.path).filter { $0 != "t" }
        #expect(left.isEmpty)
    }
}
