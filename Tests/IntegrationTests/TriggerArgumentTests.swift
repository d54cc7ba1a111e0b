import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    /// Beside those of an app's life: what plugins are asked, and their own.
    @Suite("Arguments of questions to plugins")
    struct TriggerArguments {
        /// Those to which nothing is answered: then all is as without plugins.
        private static let silent = [
            "app-urls", "deployed-app-image-repo", "deployed-app-image-tag", "deployed-app-repository", "docker-args",
            "git-revision", "nginx-hostname", "ports-get", "proxy-type", "report", "resource-get-property",
            "scheduler-cron-write", "scheduler-detect", "scheduler-enter", "scheduler-logs", "scheduler-logs-failed",
            "service-list", "user-auth", "install", "update", "dependencies", "uninstall",
        ]

        @Test("Each question comes with the arguments of the table")
        func questions() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(
                    Self.silent, doing: ["user-auth-app": #"shift 2; printf '%s\n' "$@""#], on: host)
                #expect(try plugin.calls() == ["install"])
                try await host.cairn("apps:create", "web").check()
                #expect(
                    try plugin.calls() == [
                        "user-auth|root|default|apps:create|web", "nginx-hostname|web|web|test.local",
                    ])
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let push = try plugin.calls()
                for line in [
                    "user-auth|root|tester|git-receive-pack|'web'", "scheduler-detect|web", "ports-get|web",
                    "proxy-type|web", "deployed-app-image-repo|web", "deployed-app-image-tag|web",
                    "deployed-app-repository|web", "scheduler-cron-write|docker-local|web", "app-urls|web|urls",
                ] {
                    #expect(push.contains(line), "\(line) in \(push)")
                }
                try await commands(host, plugin)
                try await requests(host, plugin)
                try await host.cairn("--force", "apps:destroy", "web").check()
                let destroy = try plugin.calls()
                #expect(destroy.first == "user-auth|root|default|apps:destroy|web", "\(destroy)")
                #expect(destroy.contains("scheduler-cron-write|docker-local|web"), "\(destroy)")
                try await own(host, plugin)
            }
        }

        private func commands(_ host: TestHost, _ plugin: NotingPlugin) async throws {
            let expected: [([String], [String])] = [
                (["apps:list"], ["user-auth-app|root|default|web"]), (["url", "web"], ["app-urls|web|url"]),
                (["report", "web"], ["report|web"]),
                (["logs", "web", "--ps", "web", "--num", "7"], ["scheduler-logs|docker-local|web|web|false|true|7"]),
                (["logs:failed", "web"], ["scheduler-logs-failed|docker-local|web"]),
                (["enter", "web", "web", "echo", "a b"], ["scheduler-enter|docker-local|web|web|--|echo|a b"]),
            ]
            for (words, lines) in expected {
                // There is no failed deploy to show the log of; what counts is what plugins hear.
                _ = try await host.run(
                    host.executable, words, environment: ["CAIRN_ROOT": host.root, "SSH_USER": "root"])
                let calls = try plugin.calls()
                #expect(calls.first == (["user-auth|root|default"] + words).joined(separator: "|"), "\(calls)")
                for line in lines { #expect(calls.contains(line), "\(line) in \(calls)") }
            }
        }

        /// A plugin hears what other plugins ask for, with the words that they have used.
        private func requests(_ host: TestHost, _ plugin: NotingPlugin) async throws {
            for words in [
                ["resource-get-property", "web", "web", "limit", "memory"], ["service-list"],
                ["service-list", "redis"],
                ["git-revision", "web"], ["docker-args", "web", "latest"],
            ] {
                _ = try await host.run(
                    host.executable, ["plugin:trigger"] + words,
                    environment: ["CAIRN_ROOT": host.root, "SSH_USER": "root"]
                ).check()
                #expect(try plugin.calls().contains(words.joined(separator: "|")))
            }
        }

        /// Those of its own life.
        private func own(_ host: TestHost, _ plugin: NotingPlugin) async throws {
            try await host.cairn("plugin:install-dependencies").check()
            #expect(try plugin.calls() == ["dependencies"])
            try await host.cairn("plugin:update", "noting").check()
            #expect(try plugin.calls() == ["update"])
            try await host.cairn("plugin:uninstall", "noting").check()
            #expect(try plugin.calls() == ["uninstall|noting"])
        }

        @Test("Plugins make and choose the image that buildpacks build in, and know such a build by its other name")
        func baseImage() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let image = "cairn-test/base-\(UInt32.random(in: 0...UInt32.max)):1"
                    let plugin = try await NotingPlugin.install(
                        [
                            "pre-build", "pre-build-buildpack", "post-build", "post-build-buildpack",
                            "pre-release-buildpack", "builder-dokku-image", "docker-args-process-deploy",
                        ],
                        doing: [
                            "builder-create-dokku-image": """
                            docker build --quiet -t \(image) - >&2 <<<"FROM $4
                            RUN echo 'by a plugin' >/made"
                            echo \(image)
                            """
                        ], on: host)
                    let app = try await SampleApp.forBuildpacks("web", on: host)
                    try await host.cairn("buildpacks:set", "web", server.publish("moody")).check()
                    try await host.cairn("buildpacks:set-property", "web", "stack", "debian:bookworm-slim").check()
                    let push = try await app.push().check()
                    #expect(push.error.contains("on the stack \(image)"), "\(push)")
                    #expect(try await host.cairn("run", "web", "cat", "/made").check().output == "by a plugin\n")
                    #expect(
                        try plugin.calls() == [
                            "pre-build|herokuish|web|ROOT/run/WORK", "pre-build-buildpack|web|ROOT/run/WORK",
                            "builder-create-dokku-image|herokuish|web|ROOT/run/WORK|debian:bookworm-slim",
                            "builder-dokku-image|herokuish|web|ROOT/run/WORK|\(image)",
                            "post-build|herokuish|web|ROOT/run/WORK", "post-build-buildpack|web|ROOT/run/WORK",
                            "pre-release-buildpack|web|latest",
                            "docker-args-process-deploy|web|herokuish|latest|web|1",
                        ])

                    // The second of the two has the last word; what is no name, or no image, fails the deploy.
                    try plugin.behave("echo debian:bookworm-slim", at: "builder-dokku-image")
                    #expect(
                        try await app.change(to: "two").check().error.contains("on the stack debian:bookworm-slim"))
                    for (answer, code) in [("two words", "E-PLUGIN-ANSWER"), ("-x", "E-PLUGIN-ANSWER")] {
                        try plugin.behave("echo '\(answer)'", at: "builder-dokku-image")
                        let refused = try await app.change(to: "three \(answer)")
                        #expect(refused.status != 0 && refused.error.contains(code), "\(refused)")
                        #expect(refused.error.contains("'builder-dokku-image'"), "\(refused)")
                    }
                    #expect(try await app.get().body == "two web web.1 v2")
                    try await host.engine.removeImage(image, force: true)
                }
            }
        }

        @Test("Plugins choose the image that is deployed by a registry, a name and a tag")
        func imageNames() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let image = try await host.engine.inspectContainer(host.container(of: "web")).image
                let repo = "other/web-\(UInt32.random(in: 0...UInt32.max))"
                let plugin = try await NotingPlugin.install(
                    [],
                    doing: [
                        "deployed-app-repository": "echo registry.invalid/",
                        "deployed-app-image-repo": "echo \(repo)", "deployed-app-image-tag": "echo v9",
                    ], on: host)
                let missing = try await app.change(to: "two")
                #expect(
                    missing.error.contains("the image registry.invalid/\(repo):v9 is not on this host"), "\(missing)")
                try await host.engine.tagImage(image, repo: "registry.invalid/\(repo)", tag: "v9")
                try await app.push().check()
                #expect(try await host.engine.inspectContainer(host.container(of: "web")).image == image)
                #expect(try await app.get().body.hasPrefix("one web web.1"))
                try await host.engine.removeImage("registry.invalid/\(repo):v9")
                try plugin.behave("echo 'a b'", at: "deployed-app-image-repo")
                let refused = try await app.change(to: "three")
                #expect(refused.status != 0 && refused.error.contains("E-PLUGIN-ANSWER"), "\(refused)")
            }
        }
    }
}
