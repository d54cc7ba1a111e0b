import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

@testable import CairnDaemon
@testable import CairnDeploy

@Suite("Tasks of app.json, by the clock")
struct CronServiceTests {
    private static let manifest = """
        {"cron": [
            {"command": "rake tidy", "schedule": "* * * * *"},
            {"command": "rake yearly", "schedule": "0 0 30 2 *"},
            {"command": "rake paused", "schedule": "* * * * *", "maintenance": true}
        ]}
        """

    private func platform(_ temporary: TemporaryStore, socket: String = "/nonexistent") throws -> Platform {
        let settings = try HostSettings(environment: [
            "CAIRN_ROOT": temporary.directory, "CAIRN_ENGINE_SOCKET": socket,
        ])
        return Platform(settings: settings, store: temporary.store, actor: "daemon")
    }

    @Test func onlyWhatIsDueAndNotSuspendedIsStarted() throws {
        let temporary = try TemporaryStore()
        let (app, _) = try temporary.store.liveInstance(container: "c1", appJSON: Self.manifest)
        let service = CronService(platform: try platform(temporary), logger: quietLogger)
        #expect(service.due(at: CronService.minute()).map(\.task.command) == ["rake tidy"])
        try temporary.store.setProperty("cron", "maintenance", to: "true", in: .app(app.name))
        #expect(service.due(at: CronService.minute()).isEmpty)
    }

    @Test(arguments: [0, 3])
    func aRunIsWaitedForAndAFailureIsInTheTimeline(status: Int) async throws {
        let temporary = try TemporaryStore()
        let (app, _) = try temporary.store.liveInstance(container: "c1", appJSON: Self.manifest)
        try await StubEngine.with(respond: { request in
            if request.uri.contains("/containers/create") { return .json(#"{"Id":"one"}"#, status: 201) }
            if request.uri.contains("/attach") {
                return .upgrade(output: StubAnswer.frame(2, "no space\n\nlast words\n"), ends: true)
            }
            if request.uri.contains("/wait") { return .json(#"{"StatusCode":\#(status)}"#) }
            return .noContent
        }) { engine in
            let service = CronService(
                platform: try platform(temporary, socket: engine.socketPath), logger: quietLogger)
            let job = try #require(service.due(at: CronService.minute()).first)
            await service.perform(job)
            let calls = engine.requests.map {
                $0.method + " " + ($0.uri.split(separator: "/").last?.split(separator: "?").first ?? "")
            }
            #expect(calls == ["POST create", "POST attach", "POST wait", "POST start"])
            let events = try temporary.store.events(app: app.name).filter { $0.kind == "cron-failed" }
            #expect(
                events.map(\.message)
                    == (status == 0 ? [] : ["'rake tidy' ended with status 3 | no space | last words"]))
        }
    }

    @Test func whatCannotBeStartedIsRemovedAndTold() async throws {
        let temporary = try TemporaryStore()
        let (app, _) = try temporary.store.liveInstance(container: "c1", appJSON: Self.manifest)
        try await StubEngine.with(respond: { request in
            if request.uri.contains("/containers/create") { return .json(#"{"Id":"one"}"#, status: 201) }
            if request.uri.contains("/attach") { return .upgrade(output: []) }
            if request.uri.contains("/start") { return .refusal(400, "no such program") }
            return request.uri.contains("/wait") ? .unfinished(body: []) : .noContent
        }) { engine in
            let service = CronService(
                platform: try platform(temporary, socket: engine.socketPath), logger: quietLogger)
            await service.perform(try #require(service.due(at: CronService.minute()).first))
            #expect(engine.requests.last?.method == "DELETE")
            let events = try temporary.store.events(app: app.name).filter { $0.kind == "cron-failed" }
            #expect(events.count == 1 && events[0].message.contains("no such program"))
        }
    }

    @Test func theTailOfAnOutputIsBounded() {
        var tail = LastOutput()
        for number in 0..<20_000 { tail.append(Array("line \(number)\n".utf8)) }
        #expect(tail.lines == (19_990..<20_000).map { "line \($0)" })
        tail.append([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
        #expect(tail.lines.count == 1)
    }
}
