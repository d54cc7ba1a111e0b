import CairnCore
@testable import CairnDeploy
import CairnStore
import CairnTestSupport
import Foundation
import Testing

@testable import CairnCommands

@Suite("cron:*")
struct CronTests {
    let host: TestHost
    init() throws { host = try TestHost() }

    private static let manifest = """
        {"cron": [
            {"command": "rake tidy", "schedule": "*/5 * * * *"},
            {"command": "rake once", "schedule": "@daily", "concurrency_policy": "forbid"},
            {"command": "rake fresh", "schedule": "@hourly", "concurrency_policy": "replace", "maintenance": true}
        ]}
        """

    /// The ids in the file's order.
    private func deploy() throws -> [String] {
        let app = try host.deployedApp("web", appJSON: Self.manifest)
        return try AppJSON(parsing: Self.manifest).cron.map { $0.id(app: app.name) }
    }

    @Test func theListHasTheTasksOfTheCurrentRelease() async throws {
        let ids = try deploy()
        #expect(await host.run("cron:list", "web", "--format", "json") == 0)
        guard case .array(let tasks) = try host.json else { return #expect(Bool(false), "\(host.output)") }
        #expect(tasks.map { $0["id"] } == ids.map { .string($0) })
        #expect(
            tasks.first == [
                "id": .string(ids[0]), "app": "web", "command": "rake tidy", "schedule": "*/5 * * * *",
                "concurrency_policy": "allow", "app-in-maintenance": false, "task-in-maintenance": false,
                "maintenance": false,
            ])
        #expect(tasks[2]["maintenance"] == true && tasks[2]["task-in-maintenance"] == true)
        #expect(await host.run("cron:list", "web") == 0)
        #expect(host.lines[0].hasPrefix("ID") && host.lines.count == 4 && host.lines[3].contains("true (task)"))
        #expect(await host.run("cron:list", "--global") == 0)
        #expect(host.lines[0].hasPrefix("App") && host.lines[1].hasPrefix("web"))
        try host.app("new")
        #expect(await host.run("cron:list", "new", "--format", "json") == 0)
        #expect(try host.json == [])
    }

    @Test func aTaskIsSuspendedAndResumedAndSoIsTheWholeApp() async throws {
        let ids = try deploy()
        #expect(await host.run("cron:suspend", "web", ids[0]) == 0)
        #expect(host.lines == ["=====> Setting maintenance.\(ids[0]) to true"])
        #expect(await host.run("cron:report", "web", "--cron-maintenance-\(ids[0])") == 0)
        #expect(host.lines == ["true"])
        #expect(await host.run("cron:report", "web", "--cron-task-count") == 0)
        #expect(host.lines == ["3"])
        #expect(await host.run("cron:resume", "web", ids[0]) == 0)
        #expect(await host.run("cron:set", "web", "maintenance.\(ids[1])", "true") == 0)
        #expect(await host.run("cron:set", "--global", "maintenance", "true") == 0)
        // What an app sets does not end the host's maintenance.
        #expect(await host.run("cron:set", "web", "maintenance", "false") == 0)
        #expect(await host.run("cron:list", "web", "--format", "json") == 0)
        guard case .array(let tasks) = try host.json else { return #expect(Bool(false)) }
        #expect(tasks.map { $0["task-in-maintenance"] } == [false, true, true])
        #expect(tasks.allSatisfy { $0["app-in-maintenance"] == true })
        #expect(await host.run("cron:set", "web", "maintenance.nope", "true") == 1)
        #expect(host.errors.contains("No matching Cron ID"))
        #expect(await host.run("cron:set", "--global", "maintenance.\(ids[0])", "true") == 1)
        #expect(host.errors.contains("cannot be set globally"))
    }

    private static func respond(_ request: StubRequest) -> StubAnswer {
        if request.uri.contains("/containers/create") { return .json(#"{"Id":"one"}"#, status: 201) }
        if request.uri.contains("/containers/json") { return .json("[]") }
        if request.uri.contains("/attach") { return .upgrade(output: StubAnswer.frame(1, "tidied\n")) }
        if request.uri.contains("/wait") { return .json(#"{"StatusCode":7}"#) }
        return .noContent
    }

    @Test func aRunIsAOneOffContainerAndAnyFailureIsStatusOne() async throws {
        let ids = try deploy()
        try await host.withEngine(Self.respond) { engine in
            #expect(await host.run(words: ["cron:run", "web", ids[0]], input: []) == 1)
            #expect(host.output == "tidied\n")
            let body = try JSONValue(parsing: engine.requests[0].body, file: "body")
            #expect(body["Cmd"] == ["rake", "tidy"] && body["HostConfig"]?["Init"] == true)
            #expect(body["Labels"]?["com.dokku.container-type"] == "cron" && body["Labels"]?["cairn.kind"] == "run")
            #expect(body["Labels"]?["com.dokku.cron-id"] == .string(ids[0]))
            #expect(engine.requests[0].uri.contains("web.cron."))
            // Also one that is suspended.
            #expect(await host.run("cron:run", "--detach", "web", ids[2]) == 0)
            #expect(host.lines.count == 1 && host.lines[0].contains("web.cron."))
        }
        #expect(await host.run("cron:run", "web", "nope") == 1)
        #expect(host.errors.contains("No matching Cron ID"))
        #expect(await host.run("cron:run", "web") == 1)
        #expect(await host.run("cron:run", "--ttl-seconds", "0", "web", ids[0]) == 1)
    }

    /// A container of the task, as the engine lists it.
    private static func running(_ id: String, state: String = "running", maker: String = "") -> StubAnswer {
        .json(
            """
            [{"Id":"old","Names":["/old"],"State":"\(state)","Labels":{"com.dokku.cron-id":"\(id)","cairn.maker":"\(maker)"}}]
            """)
    }

    @Test func whatHappensWhileTheRunBeforeWorksIsTheTasksChoice() async throws {
        let ids = try deploy()
        for (id, state, maker, isRefused, isRemoved) in [
            (ids[0], "running", "", false, false), (ids[1], "running", "", true, false),
            (ids[2], "running", "", false, true),
            // Made, but not started by somebody who is gone; and by somebody who is about to.
            (ids[1], "created", "1/0", false, false),
            (ids[1], "created", ProcessIdentity.current?.description ?? "", true, false),
            // The engine is about to remove it.
            (ids[1], "exited", "", false, false),
        ] {
            try await host.withEngine({ request in
                request.uri.contains("/containers/json")
                    ? Self.running(id, state: state, maker: maker) : Self.respond(request)
            }) { engine in
                let status = await host.run("cron:run", "--detach", "web", id)
                #expect(status == (isRefused ? 1 : 0), "\(state) \(maker)")
                if isRefused { #expect(host.errors.contains("E-CRON-RUNNING")) }
                let calls = engine.requests.map { "\($0.method) \($0.uri)" }
                #expect(calls.contains { $0.hasPrefix("DELETE") && $0.contains("/old") } == isRemoved)
                #expect(calls.contains { $0.contains("/containers/create") } == !isRefused)
            }
        }
    }
}
