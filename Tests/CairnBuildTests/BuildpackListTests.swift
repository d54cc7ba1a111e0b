import CairnCore
import Foundation
import Testing

@testable import CairnBuild

@Suite("Which buildpacks build a source")
struct BuildpackListTests {
    private func source(_ files: [String: String]) throws -> Source {
        Source(
            app: try AppName(validating: "shop"), kind: .gitPush, revision: nil, tree: MemoryTree(files: files),
            description: "a test")
    }

    @Test("What was set goes before app.json, that before .buildpacks, that before BUILDPACK_URL")
    func precedence() async throws {
        let source = try source([".buildpacks": "# the first\nhttps://example.com/file.git\n\n  ruby \n"])
        var settings = BuildSettings(buildID: "b")
        settings.buildpacks.config = ["BUILDPACK_URL": "https://example.com/config.git#v1"]
        settings.buildpacks.declared = ["heroku/nodejs"]
        settings.buildpacks.list = ["python"]
        func found() async throws -> (String?, [String]) {
            let list = try await BuildpackList.find(for: source, settings: settings)
            return (list?.origin, list?.references.map(\.description) ?? [])
        }
        #expect(try await found() == ("buildpacks:set", ["cairn/python"]))
        settings.buildpacks.list = []
        #expect(try await found() == ("app.json", ["https://github.com/heroku/heroku-buildpack-nodejs.git"]))
        settings.buildpacks.declared = []
        #expect(try await found() == (".buildpacks", ["https://example.com/file.git", "cairn/ruby"]))
        settings.buildDirectory = try RelativePath(validating: "web")
        #expect(try await found() == ("the config variable BUILDPACK_URL", ["https://example.com/config.git#v1"]))
        settings.buildpacks.config = [:]
        #expect(try await found() == (nil, []))
    }

    @Test("A bad entry is an error that names its place")
    func bad() async throws {
        let source = try source([".buildpacks": "ext::sh -c id\n"])
        let error = await #expect(throws: CairnError.self) {
            try await BuildpackList.find(for: source, settings: BuildSettings(buildID: "b"))
        }
        #expect(error?.code == .invalidValue)
        #expect(error?.message.hasPrefix(".buildpacks: Invalid buildpack specified: ext::sh -c id") == true)
    }

    @Test("A Dockerfile goes before buildpacks, a project.toml is pack's, and a selected builder goes before all")
    func builders() async throws {
        let directory = try FixtureDirectory([
            "python/buildpack.toml": "[detect]\nany = [\"requirements.txt\"]\n"
        ])
        var settings = BuildSettings(buildID: "b")
        settings.buildpacks.directory = directory.path
        func builder(_ files: [String: String]) async throws -> String {
            try await BuilderChoice.choose(for: source(files), settings: settings).name
        }
        #expect(try await builder(["Dockerfile": "", "requirements.txt": "", "project.toml": ""]) == "dockerfile")
        #expect(try await builder(["requirements.txt": "", "project.toml": ""]) == "pack")
        #expect(try await builder(["requirements.txt": ""]) == "buildpacks")
        #expect(try await builder([".buildpacks": "python"]) == "buildpacks")
        settings.selectedBuilder = "herokuish"
        #expect(try await builder(["Dockerfile": ""]) == "buildpacks")
        settings.selectedBuilder = nil
        let none = await #expect(throws: CairnError.self) { try await builder(["README": ""]) }
        #expect(none?.code == .noBuilder)
        #expect(none?.hint?.contains("buildpacks:set") == true)
    }

    @Test("Bundled buildpacks are asked in the order of their priority; patterns, paths and exclusions decide")
    func candidates() async throws {
        let directory = try FixtureDirectory([
            "zeta/buildpack.toml": "[detect]\nany = [\"*.php\", \"bin/zeta\"]\npriority = 10\n",
            "alpha/buildpack.toml": "[detect]\nany = [\"index.php\"]\npriority = 20\n",
            "beta/buildpack.toml": "[detect]\nany = [\"index.php\"]\nnone = [\"composer.json\"]\npriority = 5\n",
            "lib/all.sh": "", "stack/bin/build": "",
        ])
        let bundled = BundledBuildpacks(directory: directory.path)
        func names(_ files: [String], in directory: String? = nil) async throws -> [String] {
            let tree = MemoryTree(files: Dictionary(files.map { ($0, "") }) { $1 })
            return try await bundled.candidates(
                for: tree, in: directory.map { try RelativePath(validating: $0) }
            ).map(\.name)
        }
        #expect(try await names(["index.php"]) == ["beta", "zeta", "alpha"])
        #expect(try await names(["index.php", "composer.json"]) == ["zeta", "alpha"])
        #expect(try await names(["bin/zeta"]) == ["zeta"])
        #expect(try await names(["sub/index.php"]) == [])
        #expect(try await names(["sub/index.php"], in: "sub") == ["beta", "zeta", "alpha"])
        let missing = #expect(throws: CairnError.self) { try bundled.manifest(named: "cobol") }
        #expect(missing?.hint == "There are: beta, zeta, alpha.")
    }
}

/// A temporary directory with files, removed with the value.
final class FixtureDirectory {
    let path: String

    init(_ files: [String: String]) throws {
        path = FileManager.default.temporaryDirectory.path + "/fixture-\(UUID().uuidString)"
        for (name, text) in files { try write(name, text) }
    }

    func write(_ name: String, _ text: String, executable: Bool = false) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
        if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
