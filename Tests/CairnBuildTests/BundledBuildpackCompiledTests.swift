import CairnCore
import Foundation
import Testing

@testable import CairnBuild

@Suite(
    "Bundled buildpacks: go, php, java, swift, multi",
    .enabled("needs bash, curl and jq") { BuildpackShell.isAvailable })
struct BundledBuildpackCompiledTests {
    static let names = ["go", "java", "multi", "php", "swift"]

    static let fixtures: [(app: String, pack: String, said: String)] = [
        ("go", "go", "Go"), ("go-vendored", "go", "Go"), ("php", "php", "PHP"), ("java", "java", "Java"),
        ("java-maven", "java", "Java"), ("swift", "swift", "Swift"), ("multi", "multi", "Several buildpacks"),
    ]

    @Test("Each says what it is and what it needs", arguments: names)
    func manifests(name: String) throws {
        let file = "\(BuildpackShell.buildpacks)/\(name)/buildpack.toml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let manifest = try BuildpackManifest(parsing: Array(text.utf8), file: file)
        #expect(manifest.name == name)
        #expect(!manifest.any.isEmpty)
        #expect(!manifest.buildPackages.isEmpty)
        #expect(manifest.priority < 100)
        #expect(text.contains("version = \"1.0.0\""))
        for program in ["detect", "compile", "release"] {
            let path = "\(BuildpackShell.buildpacks)/\(name)/bin/\(program)"
            #expect(FileManager.default.isExecutableFile(atPath: path))
        }
    }

    @Test("bin/detect accepts its sample apps", arguments: fixtures)
    func detect(app: String, pack: String, said: String) async throws {
        let answer = try await BuildpackShell.program("\(pack)/bin/detect", [BuildpackShell.fixture(app)])
        #expect(answer == .init(status: 0, text: said))
    }

    @Test("The quick look finds the sample apps", arguments: fixtures)
    func candidates(app: String, pack: String, said: String) async throws {
        let tree = DirectorySourceTree(path: BuildpackShell.fixture(app))
        let found = try await BundledBuildpacks(directory: BuildpackShell.buildpacks).candidates(for: tree, in: nil)
        #expect(found.first?.name == pack)
    }

    @Test("bin/detect refuses an app of something else", arguments: names)
    func refuse(name: String) async throws {
        let app = try SmallApp(["README.md": "", "src/main.rs": "", "requirements.txt": ""])
        #expect(try await BuildpackShell.program("\(name)/bin/detect", [app.path]).status == 1)
    }

    @Test("bin/release says how PHP is served, and nothing of apps that bin/compile has not seen", arguments: names)
    func release(name: String) async throws {
        let app = try SmallApp()
        let expected = name == "php" ? "---\ndefault_process_types:\n  web: php-nginx" : "---\n{}"
        #expect(try await BuildpackShell.program("\(name)/bin/release", [app.path]) == .init(status: 0, text: expected))
    }

    @Test(
        "The directory that is served: the named one, or the one with the first page",
        arguments: [
            (["composer.json": #"{"extra": {"cairn": {"document-root": "site/"}}}"#, "site/x": ""], "", 0, "site"),
            (["composer.json": "{}", "public/index.php": ""], "", 0, "public"),
            (["index.php": ""], "", 0, ""),
            (["public/index.php": "", "other/x": ""], "other", 0, "other"),
            (["public/index.php": ""], ".", 0, ""),
            (["x": ""], "../up", 1, #" !     The document root "../up" is not a directory inside the app."#),
            (["x": ""], "none", 1, #" !     The document root "none" does not exist."#),
            (["x": ""], "a\";}", 1, #" !     The document root "a";}" is not a directory inside the app."#),
        ])
    func documentRoot(files: [String: String], setting: String, status: Int, said: String) async throws {
        let app = try SmallApp(files)
        let answer = try await BuildpackShell.function(
            "php", "document_root", in: app.path, environment: ["PHP_DOCUMENT_ROOT": setting])
        #expect(answer.status == status)
        #expect(answer.text.split(separator: "\n").first.map(String.init) ?? "" == said)
    }

    @Test("The extensions an app and its packages ask for")
    func extensions() async throws {
        let app = try SmallApp([
            "composer.json": #"{"require": {"php": "*", "ext-Redis": "*", "ext-pdo_mysql": "*", "a/b": "1"}}"#,
            "composer.lock": #"{"packages": [{"require": {"ext-gmp": "*"}}, {"require": []}, {}]}"#,
        ])
        let answer = try await BuildpackShell.function("php", "requested_extensions", in: app.path)
        #expect(answer == .init(status: 0, text: "gmp\npdo_mysql\nredis"))
    }

    @Test(
        "The class that is started",
        arguments: [
            (["A.java": "package a.b;\nclass A { public static void main(String[] x) {} }"], 0, "a.b.A"),
            (
                [
                    "A.java": "class A { public static void main(String[] x) {} }",
                    "B.java": "class B { public static void main(String[] x) {} }",
                ], 1, " !     Several classes have a main method: A B."
            ),
            (
                [
                    "A.java": "class A { public static void main(String[] x) {} }",
                    "Main.java": "package m;\npublic class Main { public static void main(String... x) {} }",
                ], 0, "m.Main"
            ),
            (["A.java": "class A {}"], 1, " !     No class of the app has a main method"),
        ])
    func mainClass(files: [String: String], status: Int, said: String) async throws {
        let app = try SmallApp(files)
        let answer = try await BuildpackShell.function("java", "main_class", files.keys.sorted(), in: app.path)
        #expect(answer.text.hasPrefix(said))
        #expect(answer.status == status)
    }

    @Test(
        "What a line of .buildpacks means",
        arguments: [
            ("python", "bundled python"), ("cairn/go", "bundled go"), ("./buildpacks/mine", "local ./buildpacks/mine"),
            ("heroku/nodejs#v1", "git https://github.com/heroku/heroku-buildpack-nodejs.git v1"),
            ("heroku-community/apt", "git https://github.com/heroku/heroku-buildpack-apt.git "),
            ("https://example.com/a/b.git#feature/x", "git https://example.com/a/b.git feature/x"),
            ("git@example.com:a/b.git", "git git@example.com:a/b.git "),
            ("https://example.com/pack.tgz", "archive https://example.com/pack.tgz"),
        ])
    func kinds(line: String, kind: String) async throws {
        let answer = try await BuildpackShell.function("multi", "kind_of", [line])
        #expect(answer == .init(status: 0, text: kind))
    }

    @Test(
        "What a line of .buildpacks may not be",
        arguments: [
            "ext::sh -c id", "--upload-pack=touch", "file:///etc", "/etc", "../up", "./../up", "https://a b/c.git",
            "https://example.com/a.git#--upload-pack=x", "https://example.com/a.git#a..b", "$(id)",
        ])
    func refusedLines(line: String) async throws {
        let answer = try await BuildpackShell.function("multi", "kind_of", [line])
        #expect(answer.status == 1)
        #expect(answer.text.hasPrefix(" !     "))
        #expect(answer.text.contains(".buildpacks"))
    }

    @Test("Several buildpacks: the last one's process types, and the config vars and add-ons of all")
    func releases() async throws {
        let says = [
            "---\nconfig_vars:\n  A: one\naddons:\n- db\ndefault_process_types:\n  web: old\n",
            "config_vars:\n  B: two\nother:\n  web: no\ndefault_process_types:\n  web: new\n", "--- {}\n",
        ]
        var files = ["shared.yml": "", "types.yml": "", ".cairn/multi/release.yml": "---\n{}\n"]
        for (index, text) in says.enumerated() {
            files["\(index)/bin/release"] = "cat \"${0%/*}/said\"\n"
            files["\(index)/bin/said"] = text
        }
        let app = try SmallApp(files)
        let script = """
            with_exports() { sh "$@"; }
            for directory in 0 1 2; do keep_release label "$directory"; done
            write_releases
            cat "$(release_file . multi)"
            """
        let answer = try await BuildpackShell.function(
            "multi", "eval", [script], in: app.path, environment: ["work": ".", "BUILD_DIR": "."])
        #expect(answer.status == 0)
        let information = try ReleaseInformation(parsing: Array(answer.text.utf8), of: "multi")
        #expect(information.processTypes == ["web": "new"])
        #expect(information.config == ["A": "one", "B": "two"] && information.addons == ["db"])
    }
}
