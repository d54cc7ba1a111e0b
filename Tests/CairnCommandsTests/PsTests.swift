import CairnCore
import CairnStore
import CairnTestSupport
import Testing

@testable import CairnCommands

@Suite("ps:*")
struct PsTests {
    let host: TestHost
    init() throws { host = try TestHost() }

    @Test func theReportOfAnAppWithoutDeployAsksNoEngine() async throws {
        try host.app("web")
        try await host.withEngine({ _ in .refusal(500, "asked") }) { engine in
            #expect(await host.run("ps:report", "web", "--format", "json") == 0)
            let report = try host.json
            #expect(report["deployed"] == "false" && report["running"] == "false" && report["processes"] == "0")
            #expect(report["restore"] == "true" && report["can-scale"] == "true" && report["ps-can-scale"] == "true")
            #expect(engine.requests.isEmpty)
        }
        #expect(await host.run("ps:report", "nope") == 20)
    }

    @Test func theReportTellsTheStateOfEachContainer() async throws {
        try host.deployedApp(
            "web", commands: ["web": "server", "worker": "work"],
            appJSON: #"{"formation": {"web": {"quantity": 1}}}"#)
        try await host.withEngine({ _ in .containers([1]) }) { _ in
            #expect(await host.run("ps:report", "web", "--running") == 0)
            #expect(host.lines == ["mixed"])
            #expect(await host.run("ps:report", "web", "--status-web.1") == 0)
            #expect(host.lines == ["running (CID: c1)"])
            #expect(await host.run("ps:report", "web", "--status-worker.1") == 0)
            #expect(host.lines == ["missing"])
            #expect(await host.run("ps:report", "web", "--ps-can-scale") == 0)
            #expect(host.lines == ["false"])
        }
    }

    @Test func scaleIsShownAndSetBeforeTheFirstDeploy() async throws {
        try host.app("web")
        #expect(await host.run("ps:scale", "web") == 0)
        #expect(host.lines == ["-----> Scaling for web", "proctype: qty", "--------: ---", "web:  1"])
        #expect(await host.run("ps:scale", "web", "web=2", "worker=3") == 0)
        #expect(await host.run("ps:scale", "web", "--format", "json") == 0)
        #expect(
            try host.json == [
                ["process_type": "web", "quantity": 2], ["process_type": "worker", "quantity": 3],
            ])
        #expect(await host.run("--quiet", "ps:scale", "web") == 0)
        #expect(host.lines == ["web:  2", "worker: 3"])
    }

    @Test(arguments: [
        (["web"], "Missing count for process type web"), (["web=x"], "Invalid count for process type web"),
        (["web=1", "web=2"], "given twice"), (["we b=1"], "not a valid process type"),
    ])
    func scaleRefuses(_ words: [String], _ message: String) async throws {
        try host.app("web")
        let status = await host.run(words: ["ps:scale", "web"] + words)
        #expect(status == 1)
        #expect(host.errors.contains(message))
        #expect(try host.store.scale(of: host.store.app(AppName(validating: "web"))) == [.web: 1])
    }

    @Test func scaleOfADeployedAppKnowsItsProcesses() async throws {
        try host.deployedApp("web")
        #expect(await host.run("ps:scale", "web", "nope=1") == 1)
        #expect(host.errors.contains("nope is not a valid process name to scale up"))
    }

    @Test func whatWasNeverDeployedIsAWarning() async throws {
        try host.app("web")
        for command in ["ps:restart", "ps:stop", "ps:start"] {
            #expect(await host.run(command, "web") == 0)
            #expect(host.errors.contains("App web has not been deployed"), "\(command)")
        }
        #expect(await host.run("ps:restart", "--all") == 0)
        #expect(host.lines.first == "-----> Running ps:restart against app web")
        #expect(host.errorLines.first == " !     Running ps:restart in serial mode")
        #expect(await host.run("ps:restart", "--all", "--parallel", "-2") == 1)
        #expect(host.errors.contains("Invalid value -2 for --parallel flag"))
    }

    @Test func oneFailingAppKeepsNoneFromItsTurn() async throws {
        try host.deployedApp("one")
        try host.app("two")
        // No engine answers, so the restart of the deployed app fails.
        #expect(await host.run("ps:restart", "--all", "--parallel", "2") == 1)
        #expect(host.errors.contains("[E-ENGINE-DOWN]"))
        #expect(host.errors.contains("Encountered 1 errors during parallel run"))
        #expect(host.lines.contains("-----> Running ps:restart against app two"))
    }

    @Test func inspectMasksValuesAlsoInCommandLines() async throws {
        try host.deployedApp("web")
        let container = """
            {"Id":"c1","Path":"serve","Args":["--key=hunter2hunter2","--port=5000"],
             "Config":{"Env":["SECRET=hunter2hunter2","PORT=5000","PATH=/bin","FLAG=on","EMPTY="],"Cmd":["serve","--key=hunter2hunter2"]}}
            """
        try await host.withEngine({ $0.uri.contains("/c1/json") ? .json(container) : .containers([1]) }) { _ in
            #expect(await host.run("ps:inspect", "web") == 0)
            let found = try host.json
            #expect(
                found == [
                    [
                        "Id": "c1", "Path": "serve", "Args": ["--key=XXXXXX", "--port=5000"],
                        "Config": [
                            "Env": ["SECRET=XXXXXX", "PORT=5000", "PATH=/bin", "FLAG=XXXXXX", "EMPTY=XXXXXX"],
                            "Cmd": ["serve", "--key=XXXXXX"],
                        ],
                    ]
                ])
        }
    }

    @Test func whyNamesTheCauseAndTheRemedy() async throws {
        try host.app("new")
        #expect(await host.run("ps:why", "new") == 0)
        #expect(host.output.contains("It has never been deployed"))
        try host.deployedApp("web")
        try await host.withEngine({ _ in .containers([1], state: "exited") }) { _ in
            #expect(await host.run("ps:why", "web") == 0)
            #expect(host.output.contains("web.1 does not run"))
            #expect(host.output.contains("It has no domain"))
        }
        #expect(await host.run("ps:why", "web") == 0)
        #expect(host.output.contains("The Docker Engine does not answer"))
    }
}

extension JSONValue {
    subscript(key: String) -> JSONValue? { if case .object(let members) = self { members[key] } else { nil } }
}
