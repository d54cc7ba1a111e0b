import CairnCore
import Foundation
import Testing

@Suite("app.json")
struct AppJSONTests {
    private let full = """
        {
          // what Heroku knows
          "name": "shop", "addons": ["x"], "image": null,
          "buildpacks": [{"url": "heroku/nodejs"}, "https://example.com/pack.git#main"],
          "cron": [{"command": "node tick.js", "schedule": "*/5 * * * *", "maintenance": true,
                    "concurrency_policy": "forbid"}],
          "env": { "A": "default", "B": {"description": "d", "value": "007", "required": false, "sync": true},
                   "C": {"generator": "secret"} },
          "formation": { "web": {"quantity": 2, "max_parallel": 3, "autoscaling": {}, "service": {"exposed": true}},
                         "worker": {"max_parallel": -1} },
          "healthchecks": { "web": [ {"type": "startup", "path": "/health"}, {"type": "liveness", "uptime": 5} ] },
          "scripts": { "dokku": {"predeploy": "a && b", "postdeploy": "c"}, "postdeploy": "d", "test": "e" }
        }
        """

    @Test func readsEverything() throws {
        let app = try AppJSON(parsing: full)
        #expect(app.notices.isEmpty)
        #expect(app.buildpacks == ["heroku/nodejs", "https://example.com/pack.git#main"])
        #expect(app.cron.map(\.command) == ["node tick.js"])
        #expect(app.cron.first?.isSuspended == true)
        #expect(app.cron.first?.concurrency == .forbid)
        #expect(app.scripts == AppJSON.Scripts(predeploy: "a && b", postdeploy: "c", firstDeploy: "d"))
        #expect(app.formation[.web] == AppJSON.Formation(quantity: 2, maximumParallel: 3))
        let worker = try ProcessType(validating: "worker")
        #expect(app.formation[worker] == AppJSON.Formation(quantity: nil, maximumParallel: Scale.maximumPerProcess))
        #expect(app.fixesScale)
        #expect(app.healthChecks(of: .web, kind: .startup).map(\.name) == ["GET /health"])
        #expect(app.healthChecks(of: worker, kind: .startup).isEmpty)
    }

    @Test func readsVariables() throws {
        let env = try AppJSON(parsing: full).env
        #expect(env.count == 3)
        #expect(try env[ConfigKey(validating: "A")] == AppJSON.EnvDeclaration(value: "default"))
        #expect(
            try env[ConfigKey(validating: "B")]
                == AppJSON.EnvDeclaration(description: "d", value: "007", isRequired: false, sync: true))
        #expect(try env[ConfigKey(validating: "C")] == AppJSON.EnvDeclaration(generator: .secret))
    }

    @Test func anEmptyManifestIsFine() throws {
        #expect(try AppJSON(parsing: "{}") == AppJSON())
        #expect(
            try AppJSON(parsing: #"{"env": null, "cron": [], "scripts": {"dokku": null, "postdeploy": " "}}"#)
                == AppJSON())
        #expect(!AppJSON().fixesScale)
    }

    @Test func aReleaseCanKeepIt() throws {
        let app = try AppJSON(parsing: full)
        let data = try JSONEncoder().encode(app)
        #expect(try JSONDecoder().decode(AppJSON.self, from: data) == app)
    }

    @Test func slipsAreNoticed() throws {
        let app = try AppJSON(
            parsing:
                #"""
                {"formation": {"web": {"quantitty": 2}},
                 "healthchecks": {"web": [{"type": "startup", "path": "/", "zzz": 1}]}}
                """#
        )
        #expect(
            app.notices == [
                "app.json: formation.web.quantitty is not known and has no effect; did you mean 'quantity'?",
                "app.json: healthchecks.web[0].zzz is not known and has no effect",
            ])
    }

    @Test(
        "Errors name the way to the value",
        arguments: [
            ("[]", "the file must be an object, not []"), (#"{"env": []}"#, "env must be an object, not []"),
            (#"{"env": {"1A": "x"}}"#, "env.1A: Invalid key name: '1A'"),
            (#"{"env": {"A": 5}}"#, "env.A must be a string in double quotes or an object, not 5"),
            (#"{"env": {"A": "\u0000"}}"#, "env.A contains a NUL character"),
            (#"{"env": {"A": {"generator": "x"}}}"#, "env.A.generator must be \"secret\", not \"x\""),
            (#"{"env": {"A": {"required": "yes"}}}"#, "env.A.required must be true or false, not \"yes\""),
            (#"{"formation": {"web": 2}}"#, "formation.web must be an object, not 2"),
            (#"{"formation": {"w b": {}}}"#, "formation.w b: 'w b' is not a valid process type"),
            (
                #"{"formation": {"web": {"quantity": -1}}}"#,
                "formation.web.quantity must be a whole number from 0 to 100, not -1"
            ),
            (
                #"{"formation": {"web": {"quantity": 1000000}}}"#,
                "formation.web.quantity must be a whole number from 0 to 100, not 1000000"
            ),
            (
                #"{"formation": {"web": {"quantity": 1.5}}}"#,
                "formation.web.quantity must be a whole number from 0 to 100, not 1.5"
            ),
            (
                #"{"formation": {"web": {"max_parallel": 0}}}"#,
                "formation.web.max_parallel must be a whole number from 1 to 100, not 0"
            ),
            (#"{"healthchecks": {"web": {}}}"#, "healthchecks.web must be an array, not {}"),
            (
                #"{"scripts": {"postdeploy": ["a"]}}"#,
                "scripts.postdeploy must be a string in double quotes, not [\"a\"]"
            ),
            (#"{"scripts": {"dokku": "a"}}"#, "scripts.dokku must be an object, not \"a\""),
            (#"{"buildpacks": [{}]}"#, "buildpacks[0] has no \"url\""),
            (#"{"buildpacks": ["--upload-pack=x"]}"#, "buildpacks[0] must be the URL of a buildpack"),
            (#"{"buildpacks": [{"url": "a b"}]}"#, "buildpacks[0].url must be the URL"),
            (#"{"cron": [{"command": "a"}]}"#, "cron[0] has no \"schedule\""),
            (#"{"cron": [{"schedule": "@daily"}]}"#, "cron[0] has no \"command\""),
            (
                #"{"cron": [{"command": "a", "schedule": "@reboot"}]}"#,
                "cron[0].schedule: '@reboot' is not a cron schedule"
            ),
            (
                #"{"cron": [{"command": "x; rm -rf /", "schedule": "@daily"}]}"#,
                "cron[0].command: the cron command holds ';'"
            ),
            (
                #"{"cron": [{"command": "a", "schedule": "@daily", "concurrency_policy": "x"}]}"#,
                "cron[0].concurrency_policy must be \"allow\", \"forbid\" or \"replace\", not \"x\""
            ),
        ])
    func refuses(text: String, problem: String) {
        let error = refusal(.invalidFile) { try AppJSON(parsing: text) }
        #expect(error?.message.hasPrefix("app.json: \(problem)") == true, "\(error?.message ?? "")")
    }

    @Test func syntaxErrorsHaveLineAndColumn() {
        let error = refusal(.invalidFile) { try AppJSON(parsing: "{\n  \"env\": {,}\n}", file: "deploy/app.json") }
        #expect(error?.message == "deploy/app.json, line 2, column 11: a key in double quotes is expected")
    }

    @Test func tooManyCronTasksAreRefused() {
        let task = #"{"command": "a", "schedule": "@daily"}"#
        let text = "{\"cron\": [\(Array(repeating: task, count: 1000).joined(separator: ","))]}"
        #expect(
            refusal(.invalidFile) { try AppJSON(parsing: text) }?.message
                == "app.json: cron has 1000 entries, more than the 100 allowed")
    }
}

@Suite("Cron tasks")
struct CronTaskTests {
    private func task(_ command: String) throws -> CronTask {
        try CronTask(command: command, schedule: CronSchedule(parsing: "*/5 * * * *"))
    }

    @Test("The id is the same in every deploy") func id() throws {
        let app = try AppName(validating: "web")
        #expect(try task("node tick.js").id(app: app) == "2z4nqguicn0hwzdicgermsvyxc5qppozaljkzz8n38q6b5s6cq")
    }

    @Test(
        "Single commands", arguments: ["node tick.js", "sh -c 'a && b'", "echo 100%", "a $HOME *.x", "a 'b;c' d\\;e"])
    func accepts(command: String) throws { #expect(try task(" \(command) ").command == command) }

    @Test(
        "What needs a shell",
        arguments: [
            "a; b", "a && b", "a | b", "a > b", "a < b", "a `b`", "a $(b)", "a &", "(a)", "a\nb", "a\r\nb", "a\0", "",
            " ", "a 'b", "a #b",
        ])
    func refuses(command: String) {
        _ = refusal(.invalidValue) { try task(command) }
    }
}
