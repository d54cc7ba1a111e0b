import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Options of docker")
    struct TriggerOptions {
        @Test("What was set and what plugins answer is in the containers, with those of its process over those of all")
        func containers() async throws {
            try await TestHost.run { host in
                _ = try await NotingPlugin.install(
                    [],
                    doing: [
                        "docker-args-deploy": #"printf ' --memory 96m --env "GREETING=hello world"'"#,
                        "docker-args-process-deploy": #"[[ $# -lt 4 ]] || printf -- ' --label seat=%s' "$5""#,
                        "docker-args-run": "printf -- ' --hostname visitor'",
                    ], on: host)
                let app = try await SampleApp(
                    "web", on: host, files: ["Procfile": "web: perl server.pl\nworker: sleep 1000\nrelease: true\n"])
                try await host.cairn("apps:create", "web").check()
                try await set(host)
                try await app.push().check()
                try await host.cairn("ps:scale", "web", "worker=1").check()
                try await expectContainers(host)
                let run = try await host.cairn("run", "web", "/bin/sh -c 'hostname; echo $GREETING-$ONLY'")
                #expect(run.output == "visitor\n-run\n")
                try await expectRemoval(host)
            }
        }

        private func set(_ host: TestHost) async throws {
            try await host.cairn(
                "docker-options:add", "web", "deploy", "-v", "\(host.home):/srv/home:ro", "--tmpfs", "/scratch:size=1m",
                "--cap-drop", "ALL", "--ulimit", "nofile=512:1024", "--stop-timeout=7", "-e", "PORT=1", "-e",
                "FROM=all",
                "--shm-size", "32m", "--sysctl", "net.core.somaxconn=200", "--add-host", "db.example:192.0.2.7",
                "--restart=unless-stopped", "--log-opt", "max-file=5", "--init=false"
            ).check()
            try await host.cairn(
                "docker-options:add", "--process", "worker", "web", "deploy", "-e FROM=worker --memory 80m"
            ).check()
            try await host.cairn("docker-options:add", "web", "run", "--env", "ONLY=run").check()
        }

        private func expectContainers(_ host: TestHost) async throws {
            let web = try await host.engine.inspectContainer(host.container(of: "web"))
            #expect(web.hostConfig.binds == ["\(host.home):/srv/home:ro"])
            #expect(web.hostConfig.tmpfs == ["/scratch": "size=1m"])
            #expect(web.hostConfig.capDrop == ["ALL"])
            #expect(web.hostConfig.ulimits == [.init(name: "nofile", soft: 512, hard: 1024)])
            #expect(web.hostConfig.shmSize == 32 << 20)
            #expect(web.hostConfig.sysctls == ["net.core.somaxconn": "200"])
            #expect(web.hostConfig.extraHosts == ["db.example:192.0.2.7"])
            #expect(web.hostConfig.restartPolicy == .unlessStopped)
            #expect(web.hostConfig.logConfig?.config == ["max-size": "10m", "max-file": "5"])
            #expect(web.hostConfig.`init` == false)
            #expect(web.config.stopTimeout == 7)
            #expect(web.hostConfig.memory == 96 << 20)
            #expect(web.config.labels["seat"] == "1")
            #expect(web.config.value(of: "GREETING") == "hello world")
            #expect(web.config.value(of: "FROM") == "all")
            // What Cairn tells the process is not for options to change.
            #expect(web.config.value(of: "PORT") == "5000")
            #expect(web.config.value(of: "ONLY") == nil)
            let worker = try await host.engine.inspectContainer(host.container(of: "web", "worker.1"))
            #expect(worker.config.value(of: "FROM") == "worker")
            #expect(worker.hostConfig.memory == 80 << 20)
        }

        private func expectRemoval(_ host: TestHost) async throws {
            try await host.cairn("docker-options:clear", "web", "deploy").check()
            try await host.cairn("ps:restart", "web").check()
            let web = try await host.engine.inspectContainer(host.container(of: "web"))
            #expect(web.hostConfig.binds.isEmpty)
            #expect(web.hostConfig.memory == 96 << 20)
            let worker = try await host.engine.inspectContainer(host.container(of: "web", "worker.1"))
            #expect(worker.config.value(of: "FROM") == nil)
        }

        @Test(
            "An answer that is none of docker's options fails the deploy with its name, and the old release serves on")
        func refusedAnswer() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(["docker-args-deploy", "docker-args-build"], on: host)
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                for answer in ["--env-file /etc/shadow", "--frobnicate", "-v ../etc:/x", "--memory much", "words"] {
                    try plugin.behave("printf -- ' \(answer)'", at: "docker-args-deploy")
                    let push = try await app.change(to: "refused \(answer)")
                    #expect(push.status != 0)
                    #expect(push.error.contains("E-PLUGIN-ANSWER"), "\(push)")
                    #expect(push.error.contains("'docker-args-deploy' cannot be used"))
                    #expect(push.error.contains("Still serving: v1"))
                }
                #expect(try await app.get() == ("one web web.1 v1", "200"))
                // What only containers have is passed over by a build, as docker's own client does.
                try plugin.behave(nil, at: "docker-args-deploy")
                try plugin.behave("printf -- ' --hostname x --label made=here'", at: "docker-args-build")
                try await app.change(to: "labelled").check()
                let image = try await host.engine.inspectContainer(host.container(of: "web")).image
                #expect(try await host.engine.inspectImage(image).config.labels["made"] == "here")
            }
        }

        @Test(
            "A linked container is reached by its alias from every container, is parted when the option goes, and stays"
        )
        func links() async throws {
            try await TestHost.run { host in
                let other = try await helper(host)
                let app = try await SampleApp(
                    "web", on: host, files: ["Procfile": "web: perl server.pl\nrelease: getent hosts friend\n"])
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("docker-options:add", "web", "build,deploy,run", "--link \(other):friend").check()
                try await app.push().check()
                let network =
                    try await host.engine.inspectContainer(host.container(of: "web")).networks.keys.first ?? ""
                let address = try await host.engine.inspectContainer(other).networks[network]?.ipAddress
                let seen = try await host.cairn("enter", "web", "web", "--", "getent", "hosts", "friend").check()
                #expect(address != nil && seen.output.hasPrefix(address ?? "?"))
                #expect(try await host.cairn("run", "web", "getent", "hosts", "friend").check().output == seen.output)
                // The second time finds it joined.
                try await host.cairn("ps:restart", "web").check()

                try await host.cairn("docker-options:remove", "web", "build,deploy,run", "--link \(other):friend")
                    .check()
                try await host.cairn("ps:restart", "web").check()
                #expect(try await host.engine.inspectContainer(other).networks[network] == nil)

                try await host.cairn("docker-options:add", "web", "deploy", "--link", "nobody-\(other):friend").check()
                let failed = try await host.cairn("ps:restart", "web")
                #expect(failed.status == 1)
                #expect(failed.error.contains("is linked to the container nobody-\(other), which does not exist"))
                #expect(try await app.get().status == "200")

                try await host.cairn("docker-options:clear", "web").check()
                try await host.cairn("docker-options:add", "web", "deploy", "--link", "\(other):friend").check()
                try await host.cairn("ps:restart", "web").check()
                try await host.cairn("--force", "apps:destroy", "web").check()
                let left = try await host.engine.inspectContainer(other)
                #expect(left.state.running)
                #expect(left.networks[network] == nil)
            }
        }

        /// A container that is none of Cairn's, but goes with the test's others.
        private func helper(_ host: TestHost) async throws -> String {
            let root = try host.store().installationID()
            let spec = ContainerSpec(
                image: "debian:bookworm-slim", cmd: ["sleep", "1000"], labels: ["cairn.root": root])
            let name = "pb-helper-\(root)"
            try await host.engine.startContainer(host.engine.createContainer(name: name, spec))
            return name
        }
    }
}
