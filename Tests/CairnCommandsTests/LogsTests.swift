import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

@testable import CairnCommands

@Suite("logs")
struct LogsTests {
    let host: TestHost
    init() throws { host = try TestHost() }

    /// An engine with one web and one worker container, whose lines are interleaved in time.
    private static func respond(_ request: StubRequest) -> StubAnswer {
        if request.uri.contains("/c1/logs") {
            let body =
                StubAnswer.frame(
                    1,
                    "2026-01-31T10:00:00.000000001Z listening\n2026-01-31T10:00:02.000000001Z \u{1b}[31mred\u{1b}[0m\u{1b}[2J\n"
                )
                + StubAnswer.frame(2, "2026-01-31T10:00:03.000000001Z no end of line")
            return .answer(status: 200, headers: [:], body: body)
        }
        if request.uri.contains("/c2/logs") {
            return .answer(
                status: 200, headers: [:], body: StubAnswer.frame(1, "2026-01-31T10:00:01.000000001Z tick\r\n"))
        }
        if request.uri.contains("/containers/json") { return .containers([1, 2]) }
        return .json(#"{"Id":"c","State":{"Status":"running"},"Config":{"Tty":false}}"#)
    }

    private func app() throws { try host.deployedApp("web", commands: ["web": "server", "worker": "work"]) }

    @Test func linesAreInTheOrderOfTimeAndHarmless() async throws {
        try app()
        try await host.withEngine(Self.respond) { engine in
            #expect(await host.run("logs", "web", "-n", "7") == 0)
            #expect(
                host.lines == [
                    "2026-01-31T10:00:00.000000001Z app[web.1]: listening",
                    "2026-01-31T10:00:01.000000001Z app[worker.1]: tick",
                    "2026-01-31T10:00:02.000000001Z app[web.1]: \u{1b}[31mred\u{1b}[0m\\x1b[2J\u{1b}[0m",
                    "2026-01-31T10:00:03.000000001Z app[web.1]: no end of line",
                ])
            #expect(engine.requests.contains { $0.uri.contains("/c1/logs") && $0.uri.contains("tail=7") })
        }
    }

    @Test func quietGivesTheLinesAsTheyAreAndAProcessCanBeChosen() async throws {
        try app()
        try await host.withEngine(Self.respond) { engine in
            #expect(await host.run("logs", "--quiet", "--ps", "worker.1", "web") == 0)
            #expect(host.output == "tick\n")
            #expect(!engine.requests.contains { $0.uri.contains("/c1/logs") })
            #expect(await host.run("logs", "web", "-p", "nope") == 1)
            #expect(host.errors.contains("web has no process type nope"))
        }
    }

    @Test func anAppWithoutDeployHasNone() async throws {
        try host.app("web")
        #expect(await host.run("logs", "web") == 1)
        #expect(host.errors.contains("App web has not been deployed"))
        #expect(await host.run("logs") == 2)
        #expect(await host.run("logs", "web", "-n", "-1") == 2)
    }

    @Test func theLogOfTheLastFailedDeploy() async throws {
        let app = try host.app("web")
        let store = try host.store
        for (id, status) in [("b1", Build.Status.failed), ("b2", .failed), ("b3", .succeeded)] {
            try store.startBuild(
                id: id, of: app, kind: "build", source: "git-push", revision: nil, actor: "ada", pid: 1,
                at: Date(timeIntervalSince1970: Double(id.dropFirst()) ?? 0))
            try store.finishBuild(id: id, status: status, exitCode: 1, releaseVersion: nil, timings: [])
            let directory = host.root + "/logs/builds/web"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try "-----> \(id)\n".write(toFile: directory + "/\(id).log", atomically: true, encoding: .utf8)
        }
        #expect(await host.run("logs:failed", "web") == 0)
        #expect(host.lines == ["=====> web failed deploy logs", "-----> b2"])
        #expect(await host.run("logs:failed") == 2)
    }

    @Test func linesAreCutWhereverTheChunksAre() {
        var lines = LogLines()
        let text = Array("2026-01-31T10:00:00Z a\n2026-01-31T10:00:01Z b c\n".utf8)
        var found: [LogLine] = []
        for byte in text { found += lines.add(LogChunk(stream: .standardOutput, bytes: [byte])) }
        #expect(found.map(\.timestamp) == ["2026-01-31T10:00:00Z", "2026-01-31T10:00:01Z"])
        #expect(found.map { String(decoding: $0.text, as: UTF8.self) } == ["a", "b c"])
        #expect(lines.finish().isEmpty)
        // The streams do not run into each other.
        _ = lines.add(LogChunk(stream: .standardOutput, bytes: Array("out".utf8)))
        #expect(lines.add(LogChunk(stream: .standardError, bytes: Array("err\n".utf8))).count == 1)
        #expect(lines.finish().map(\.text) == [Array("out".utf8)])
    }

    @Test(arguments: [
        ("plain", "plain"), ("\u{1b}[1;32mgreen", "\u{1b}[1;32mgreen\u{1b}[0m"),
        ("\u{1b}]0;title\u{7}", "\\x1b]0;title\\x07"),
        ("\u{1b}[31", "\\x1b[31"), ("\u{1b}[5A\u{1b}[0m", "\\x1b[5A\u{1b}[0m\u{1b}[0m"), ("a\rb", "a\\x0db"),
    ])
    func coloursStayAndNothingElse(_ text: String, _ expected: String) { #expect(text.visibleWithColours == expected) }
}
