import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    /// What plugins ask of Cairn, as `plugn trigger` and `cairn plugin:trigger` pass it on.
    @Suite("Requests of plugins")
    struct TriggerRequests {
        @Test("A question has the answer that is so, and a status of failure where the answer is no")
        func questions() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp(
                    "web", on: host, files: ["Procfile": "web: perl server.pl --port $PORT\n"])
                try await host.cairn("apps:create", "empty").check()
                try await app.push().check()
                try await host.cairn(
                    "docker-options:add", "web", "deploy", "-v", "\(host.home):/srv/home", "--memory", "300m"
                ).check()
                try await host.cairn("config:set", "--global", "EVERYWHERE=g").check()
                try await host.cairn("config:set", "--no-restart", "web", "OWN=two words").check()
                for (question, answer) in try await answers(host, app) {
                    let outcome = try await host.ask(question)
                    #expect(outcome.status == 0 && outcome.output == answer, "\(outcome)")
                }
                for question in [
                    "app-exists nobody", "config-get web NONE", "config-get-global OWN", "git-revision nobody",
                    "procfile-get-command web worker 5000", "scheduler-is-deployed docker-local empty",
                    "network-get-ipaddr web web", "config-export web false false nonsense",
                ] {
                    let outcome = try await host.ask(question)
                    // 20 is that of an app that is not there.
                    let status: Int32 = question.contains("nobody") ? 20 : 1
                    #expect(outcome.status == status && outcome.output == "" && outcome.error != "", "\(outcome)")
                }
                let inspected = try await host.ask("scheduler-inspect docker-local web").check().output
                #expect(try await inspected.contains(host.container(of: "web")) && !inspected.contains("two words"))
                let port = try await host.ask("ports-get-available web").check().output
                let number = try #require(Int(port.dropLast()))
                #expect(number > 1024)
                #expect(throws: (any Error).self) { try RawConnection(port: number) }
            }
        }

        private func answers(_ host: TestHost, _ app: SampleApp) async throws -> [(String, String)] {
            let container = try await host.container(of: "web")
            let networks = try await host.engine.inspectContainer(container).networks
            let address = try #require(networks.first?.value.ipAddress)
            let url = "http://web.test.local:\(host.settings.httpPort)\n"
            return [
                ("app-exists web", ""), ("app-list", "empty\nweb\n"), ("app-list false", "empty\nweb\n"),
                ("certs-exists web", "false\n"), ("config-get web OWN", "two words\n"),
                ("config-get-global EVERYWHERE", "g\n"),
                ("config-export web false false exports", "export OWN='two words'\n"),
                ("config-export web false true shell", "EVERYWHERE='g' OWN='two words' \n"),
                ("config-export web true false shell", "EVERYWHERE='g' \n"),
                ("domains-list web", "web.test.local\n"), ("domains-urls web url", url), ("domains-urls web urls", url),
                ("git-revision web", try await host.git("rev-parse", "HEAD", in: app.directory).output),
                ("git-revision empty", ""), ("network-get-ipaddr web web \(container)", address + "\n"),
                ("network-get-listeners web web", address + ":5000\n"), ("network-get-listeners web worker", ""),
                ("ports-get web", "http:\(host.settings.httpPort):5000\n"),
                (
                    "ports-get web json",
                    #"[{"container_port":5000,"host_port":\#(host.settings.httpPort),"scheme":"http"}]"# + "\n"
                ),
                ("procfile-get-command web web 5000", "perl server.pl --port 5000\n"),
                ("proxy-is-enabled web", "true\n"), ("proxy-type web", "nginx\n"), ("ps-current-scale web", "web=1\n"),
                ("resource-get-property web web limit memory", "300m\n"),
                ("resource-get-property web web reserve memory", "\n"), ("scheduler-detect web", "docker-local\n"),
                ("scheduler-detect --global", "docker-local\n"), ("scheduler-app-status docker-local web", "1 true\n"),
                ("scheduler-is-deployed docker-local web", ""), ("scheduler-inspect elsewhere web", ""),
                ("storage-list web deploy text", "\(host.home):/srv/home\n"), ("storage-list web run text", ""),
                ("cron-write", ""), ("scheduler-cron-write docker-local web", ""),
            ]
        }

        @Test("What is asked for is done: variables, a domain, ports, a restart, a deploy, a build")
        func work() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(
                    ["post-config-update", "post-domains-update", "release-created", "pre-build"], on: host)
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                _ = try plugin.calls()

                try await host.ask("config-set --no-restart web A=1 B=2").check()
                #expect(try plugin.calls() == ["post-config-update|web|set|A|B"])
                #expect(try await app.get().body == "one web web.1 v1")
                try await host.ask("config-set web C=3").check()
                #expect(try plugin.calls().triggerNames == ["post-config-update", "release-created"])
                #expect(try await app.get("/env").body.contains("C=3"))
                #expect(try await app.get().body == "one web web.1 v2")

                try await host.ask("domains-add web www.example.com").check()
                #expect(try plugin.calls() == ["post-domains-update|web|add|www.example.com"])
                #expect(try await host.get(host: "www.example.com").output.hasPrefix("one web web.1 v2"))
                #expect(try await host.ask("domains-add web not/a/domain").status == 1)

                for request in ["app-restart web", "deploy web latest web"] {
                    let before = try await host.container(of: "web")
                    try await host.ask(request).check()
                    #expect(try await host.container(of: "web") != before, "\(request)")
                    #expect(try await app.get().body == "one web web.1 v2", "\(request)")
                }
                #expect(try await host.ask("deploy web latest worker").status == 1)
                #expect(try plugin.calls() == [])
                try await host.ask("release-and-deploy web latest").check()
                #expect(try plugin.calls().triggerNames == ["release-created"])
                #expect(try await app.get().body == "one web web.1 v3")
                try await host.ask("receive-app web").check()
                #expect(try plugin.calls().triggerNames == ["pre-build", "release-created"])
                #expect(try await app.get().body == "one web web.1 v4")

                try await host.ask("proxy-clear-config web").check()
                #expect(try await app.get().body.hasPrefix("one web") == false)
                try await host.ask("proxy-build-config web").check()
                #expect(try await app.get().body == "one web web.1 v4")
            }
        }
    }
}

extension TestHost {
    /// Fires a trigger by hand, the way scripts do.
    @discardableResult
    fileprivate func ask(_ line: String) async throws -> Outcome {
        try await run(
            executable, ["plugin:trigger"] + line.split(separator: " ").map(String.init),
            environment: ["CAIRN_ROOT": root, "SSH_USER": "root"])
    }
}
