import Foundation
import Testing

@testable import CairnBuild

@Suite("Python, Node.js and Ruby: which version", .enabled("needs bash, curl and jq") { BuildpackShell.isAvailable })
struct BundledBuildpackLanguageTests {
    /// A distribution on disk: what the language's own would answer.
    private func distribution() throws -> SmallApp {
        let digest = Data(repeating: 0xAB, count: 32).base64EncodedString()
        let bundle = #"{"messageSignature": {"messageDigest": {"algorithm": "SHA2_256", "digest": "\#(digest)"}}}"#
        return try SmallApp([
            "python/index.html": #"<a href="3.12.4/">x</a><a href="3.13.1/">x</a><a href="3.14.0/">only betas yet</a>"#,
            "python/3.12.4/Python-3.12.4.tar.xz.sigstore": bundle,
            "python/3.13.1/Python-3.13.1.tar.xz.sigstore": bundle,
            "node/index.json":
                #"[{"version": "v22.1.0"}, {"version": "v20.9.0"}, {"version": "v24.0.0", "files": ["aix"]}]"#,
            "ruby/index.txt": """
            name\turl\tsha1\tsha256\tsha512
            ruby-3.3.8\thttps://x/ruby-3.3.8.tar.gz\t1\tabc\t2
            ruby-3.3.8\thttps://x/ruby-3.3.8.tar.xz\t1\tdef\t2
            ruby-3.4.0-rc1\thttps://x/ruby-3.4.0-rc1.tar.gz\t1\tabc\t2
            """,
        ])
    }

    private static let prelude = """
        stack_python() { echo 3.11.2; }; stack_node() { echo 18.20.4; }; stack_ruby() { echo 3.1.2; }
        node_platform() { echo linux-x64; }

        """

    private func run(_ script: String, of pack: String, _ files: [String: String] = [:]) async throws
        -> BuildpackShell.Answer
    {
        let app = try SmallApp(files)
        let distribution = try distribution()
        return try await BuildpackShell.script(
            Self.prelude + script, of: pack, app: app,
            environment: [
                "PYTHON_DIST_URL": "file://\(distribution.path)/python",
                "NODE_DIST_URL": "file://\(distribution.path)/node",
                "RUBY_DIST_URL": "file://\(distribution.path)/ruby",
            ])
    }

    @Test(
        "Python: where the wish is found",
        arguments: [
            (["runtime.txt": "python-3.11.4\r\n", ".python-version": "3.12"], "3.11.4 runtime.txt"),
            ([".python-version": "# the line\n 3.12 \n"], "3.12 .python-version"),
            (["Pipfile.lock": #"{"_meta": {"requires": {"python_version": "3.11"}}}"#], "3.11 Pipfile.lock"),
            (["requirements.txt": ""], "* "),
        ])
    func pythonRequest(files: [String: String], expected: String) async throws {
        let answer = try await run(#"python_request .; echo "$asked $asked_by""#, of: "python", files)
        #expect(answer.text == expected)
    }

    @Test("Python: the newest release that has a digest")
    func pythonRelease() async throws {
        let answer = try await run("resolve_python '>=3.12' .python-version", of: "python")
        #expect(answer.lines == ["3.13.1 " + String(repeating: "ab", count: 32)])
    }

    @Test("Python: what can't be had is named, with what can")
    func pythonUnknown() async throws {
        let answer = try await run("resolve_python 3.9 runtime.txt", of: "python")
        #expect(answer.status == 1)
        #expect(
            answer.lines == [
                " !     Python 3.9 can't be had (asked for by runtime.txt).",
                " !     The stack has Python 3.11.2; python.org has 3.14.0, 3.13.1, 3.12.4.",
                " !     Change runtime.txt to one of them, or to a line such as \"3.11\".",
            ])
    }

    @Test("Python: a distribution that can't be reached is said to be that")
    func pythonUnreachable() async throws {
        let answer = try await run("PYTHON_DIST_URL=file:///nowhere; resolve_python 3.9 runtime.txt", of: "python")
        #expect(answer.status == 1)
        #expect(answer.lines.first?.contains("but the stack has 3.11.2, and file:///nowhere can't be reached") == true)
        #expect(answer.lines.last?.contains("PYTHON_DIST_URL") == true)
    }

    @Test("Python: a change of an included file is a change of the dependencies")
    func includedRequirements() async throws {
        let script = """
            python_version=3.11.2; choose_package_manager; before=$(dependencies_key)
            [[ $(dependencies_key) == "$before" ]] && echo same
            echo 'flask==2' >requirements/base.txt
            [[ $(dependencies_key) != "$before" ]] && echo changed
            """
        let answer = try await run(
            script, of: "python",
            ["requirements.txt": "-r requirements/base.txt\n", "requirements/base.txt": "-r base.txt\nflask==1\n"])
        #expect(answer.lines == ["same", "changed"])
    }

    @Test(
        "Python: a lock file that is missing",
        arguments: [
            ("Pipfile", "There is no Pipfile.lock", "pipenv lock"), ("uv.lock", "no pyproject.toml", "Commit"),
        ])
    func pythonLock(file: String, said: String, hint: String) async throws {
        let answer = try await run("choose_package_manager", of: "python", [file: ""])
        #expect(answer.status == 1)
        #expect(answer.lines.first?.contains(said) == true, "\(answer.text)")
        #expect(answer.lines.last?.contains(hint) == true)
    }

    @Test(
        "Node.js: where the wish is found",
        arguments: [
            (["package.json": #"{"engines": {"node": "20.x"}}"#, ".nvmrc": "18"], "20.x package.json"),
            (["package.json": "{}", ".nvmrc": "lts/iron"], "20.x .nvmrc"),
            (["package.json": "{}", ".node-version": "v18.1.0"], "v18.1.0 .node-version"),
            (["package.json": "{}"], "* "),
        ])
    func nodeRequest(files: [String: String], expected: String) async throws {
        let answer = try await run(#"node_request; echo "$asked $asked_by""#, of: "nodejs", files)
        #expect(answer.text == expected)
    }

    @Test("Node.js: the newest release for this machine, and what is said when there is none")
    func nodeRelease() async throws {
        #expect(try await run("resolve_node '>=20' package.json", of: "nodejs").lines == ["22.1.0"])
        let answer = try await run("resolve_node 24.x package.json", of: "nodejs")
        #expect(answer.status == 1)
        #expect(answer.lines.first == " !     Node.js 24.x can't be had (asked for by package.json).")
        #expect(answer.text.contains("The stack has Node.js 18.20.4; nodejs.org has 22.1.0, 20.9.0."))
    }

    @Test(
        "Node.js: which package manager",
        arguments: [
            (["package.json": "{}", "package-lock.json": "{}"], 0, "npm"),
            (["package.json": "{}", "yarn.lock": ""], 0, "yarn"),
            (["package.json": "{}", "pnpm-lock.yaml": ""], 0, "pnpm"),
            (["package.json": "{}"], 0, "npm"),
            (["package.json": "{}", "yarn.lock": "", "package-lock.json": "{}"], 1, "package-lock.json yarn.lock"),
            (["package.json": #"{"packageManager": "pnpm@9.1.0"}"#, "yarn.lock": ""], 1, "which is yarn's"),
            (
                ["package.json": #"{"packageManager": "pnpm@9.1.0", "dependencies": {"a": "1"}}"#], 1,
                "no lock file of it"
            ),
            (["package.json": #"{"packageManager": "bun@1.0.0"}"#], 1, "names \"bun\""),
        ])
    func nodeManager(files: [String: String], status: Int, said: String) async throws {
        let answer = try await run(#"choose_manager; echo "$manager""#, of: "nodejs", files)
        #expect(answer.status == status)
        #expect(answer.text.contains(said), "\(answer.text)")
    }

    @Test("Node.js: what package.json says of scripts does not change the dependencies; what it says of those does")
    func nodeKey() async throws {
        let script = """
            manager=npm; manager_version=9; node_version=18; lock=''; before=$(dependencies_key)
            echo '{"name": "a", "dependencies": {"b": "1"}, "scripts": {"build": "new"}}' >package.json
            [[ $(dependencies_key) == "$before" ]] && echo same
            echo '{"name": "a", "dependencies": {"b": "2"}}' >package.json
            [[ $(dependencies_key) != "$before" ]] && echo changed
            """
        let answer = try await run(
            script, of: "nodejs", ["package.json": #"{"name": "a", "dependencies": {"b": "1"}}"#])
        #expect(answer.lines == ["same", "changed"])
    }

    @Test(
        "Node.js: a start script that only runs node is run without npm",
        arguments: [
            (#"{"scripts": {"start": "node server.js --fast"}}"#, "node server.js --fast"),
            (#"{"scripts": {"start": "node a.js && node b.js"}}"#, "npm start"),
            (#"{"scripts": {"start": "node a.js", "prestart": "make"}}"#, "npm start"),
        ])
    func nodeProcess(package: String, command: String) async throws {
        let app = try SmallApp(["package.json": package])
        let answer = try await BuildpackShell.program("nodejs/bin/release", [app.path])
        #expect(answer.text == "---\ndefault_process_types:\n  web: \(command)")
    }

    @Test(
        "Ruby: where the wish is found",
        arguments: [
            (["Gemfile": "ruby \"~> 3.1.0\"\n"], "~> 3.1.0 Gemfile"),
            (["Gemfile": "ruby '>= 3.0', '< 3.3' # both\n"], ">= 3.0 < 3.3 Gemfile"),
            (["Gemfile": "ruby \"3.1.2\", engine: \"ruby\"\n"], "3.1.2 Gemfile"),
            (["Gemfile": "ruby file: \".ruby-version\"\n", ".ruby-version": "ruby-3.3.8\n"], "3.3.8 Gemfile"),
            (["Gemfile": "", "Gemfile.lock": "RUBY VERSION\n   ruby 3.1.2p20\n"], "3.1.2 Gemfile.lock"),
            (["Gemfile": "", ".ruby-version": "3.3\n"], "3.3 .ruby-version"),
            (["Gemfile": "", ".tool-versions": "nodejs 20\nruby 3.3.8\n"], "3.3.8 .tool-versions"),
            (["Gemfile": "gem \"rack\"\n"], "* "),
        ])
    func rubyRequest(files: [String: String], expected: String) async throws {
        let files = ["Gemfile.lock": ""].merging(files) { $1 }
        let answer = try await run(#"ruby_request; echo "$asked $asked_by""#, of: "ruby", files)
        #expect(answer.text == expected)
    }

    @Test("Ruby: the release of the index, and what is said when there is none")
    func rubyRelease() async throws {
        #expect(try await run("resolve_ruby '~> 3.3' Gemfile", of: "ruby").lines == ["3.3.8 abc"])
        let answer = try await run("resolve_ruby 3.4.0 Gemfile", of: "ruby")
        #expect(answer.status == 1)
        #expect(answer.lines.first == " !     Ruby 3.4.0 can't be had (asked for by Gemfile).")
        #expect(answer.text.contains("The stack has Ruby 3.1.2; ruby-lang.org has 3.3.8."))
    }

    @Test("Ruby: without Gemfile.lock nothing is installed")
    func rubyLock() async throws {
        let answer = try await run("require_lock_file", of: "ruby", ["Gemfile": ""])
        #expect(answer.status == 1)
        #expect(answer.lines.first?.hasPrefix(" !     There is no Gemfile.lock") == true)
    }
}
