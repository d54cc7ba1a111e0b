import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Testing

/// An app of Tests/Fixtures/apps, and what shows that it was built and runs.
struct LanguageFixture: Sendable, CustomTestStringConvertible {
    let directory: String
    /// Who has to find it.
    let buildpack: String
    /// Part of what it answers.
    let answer: String
    /// What the second build says when it uses what the first has left.
    let reuse: String?

    var testDescription: String { directory }

    static let all = [
        LanguageFixture(directory: "go", buildpack: "cairn/go", answer: "Go", reuse: nil),
        LanguageFixture(directory: "go-vendored", buildpack: "cairn/go", answer: "Hello", reuse: nil),
        LanguageFixture(directory: "java", buildpack: "cairn/java", answer: "Hello", reuse: nil),
        LanguageFixture(directory: "multi", buildpack: "cairn/multi", answer: "Hello from several", reuse: nil),
        LanguageFixture(directory: "nodejs", buildpack: "cairn/nodejs", answer: "Hello", reuse: nil),
        LanguageFixture(
            directory: "nodejs-npm", buildpack: "cairn/nodejs", answer: "Hello from an installed module",
            reuse: "Using cached node_modules (package-lock.json has not changed"),
        LanguageFixture(directory: "nodejs-vendored", buildpack: "cairn/nodejs", answer: "Hello", reuse: nil),
        LanguageFixture(
            directory: "php", buildpack: "cairn/php", answer: "Hello",
            reuse: "Using cached packages (composer.lock is unchanged"),
        LanguageFixture(
            directory: "procfile", buildpack: "cairn/procfile", answer: "Hello from a Procfile", reuse: nil),
        LanguageFixture(
            directory: "python", buildpack: "cairn/python", answer: "Hello from Python",
            reuse: "Using cached dependencies (requirements.txt has not changed"),
        LanguageFixture(
            directory: "python-django", buildpack: "cairn/python", answer: "Hello from collected files",
            reuse: "Using cached dependencies (requirements.txt has not changed"),
        LanguageFixture(
            directory: "python-pipenv", buildpack: "cairn/python", answer: "Hello from pipenv, bottle 0.13.4",
            reuse: "Using cached dependencies (Pipfile.lock has not changed"),
        LanguageFixture(
            directory: "python-poetry", buildpack: "cairn/python", answer: "Hello from poetry, bottle 0.13.4",
            reuse: "Using cached dependencies (poetry.lock has not changed"),
        LanguageFixture(
            directory: "python-uv", buildpack: "cairn/python", answer: "Hello from uv, bottle 0.13.4",
            reuse: "Using cached dependencies (uv.lock has not changed"),
        LanguageFixture(
            directory: "ruby", buildpack: "cairn/ruby", answer: "Hello from Ruby",
            reuse: "Using cached gems (Gemfile.lock has not changed"),
        LanguageFixture(directory: "static", buildpack: "cairn/static", answer: "Hello from a static site", reuse: nil),
    ]
}

extension HostTests {
    @Suite("Apps of every language, built by the bundled buildpacks")
    struct BuildpackLanguages {
        @Test(
            "Pushed, built, started, and answering; a second push uses what the first has left",
            arguments: LanguageFixture.all)
        func builds(fixture: LanguageFixture) async throws {
            try await TestHost.run { host in
                // Registries may only be reachable through a proxy that looks into TLS.
                let bundle = "/etc/ssl/certs/ca-certificates.crt"
                try await host.cairn("buildpacks:set-property", "--global", "ca-certificates", bundle).check()
                let app = try await SampleApp.ofFixture(fixture.directory, on: host)
                let first = try await app.push().check()
                print("--- \(fixture.directory): first push\n\(first.error)")
                #expect(try app.release().content.build?.buildpacks == [fixture.buildpack])
                let answer = try await app.get()
                #expect(answer.body.contains(fixture.answer) && answer.status == "200", "\(answer)")
                let user = try await app.run("id -un; echo $HOME").check()
                #expect(user.lines.suffix(2) == ["app", "/app"])

                try app.write(["a-change": "x\n"])
                try await app.commit("a change")
                let second = try await app.push().check()
                print("--- \(fixture.directory): second push\n\(second.error)")
                if let reuse = fixture.reuse { #expect(second.error.contains(reuse)) }
                #expect(try await app.get().body.contains(fixture.answer))
            }
        }
    }
}

extension SampleApp {
    /// The app of a directory of Tests/Fixtures/apps.
    static func ofFixture(_ name: String, on host: TestHost) async throws -> SampleApp {
        let app = try await SampleApp("web", on: host)
        for file in ["Dockerfile", "server.pl", "message"] { try app.remove(file) }
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
        let source = fixtures + "/Fixtures/apps/" + name
        for entry in try FileManager.default.contentsOfDirectory(atPath: source) {
            try FileManager.default.copyItem(atPath: "\(source)/\(entry)", toPath: "\(app.directory)/\(entry)")
        }
        // Dependencies that are part of the fixture are also part of the commit.
        try await host.git("add", "--all", "--force", in: app.directory).check()
        try await app.commit("the fixture")
        return app
    }
}
