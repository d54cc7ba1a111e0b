import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("What plugins are told of an app's life")
    struct TriggerLife {
        /// All that Cairn fires by itself and that has no answer of its own.
        private static let triggers = [
            "post-create", "pre-delete", "post-delete", "post-app-clone-setup", "post-app-clone",
            "post-app-rename-setup", "post-app-rename", "deploy-source-set", "receive-app", "post-extract",
            "builder-detect", "pre-receive-app", "app-json-is-valid", "pre-build", "pre-build-dockerfile",
            "pre-build-buildpack", "docker-args-build", "docker-args-process-build", "ports-set-detected",
            "post-build", "post-build-dockerfile", "release-created", "builder-release", "pre-release-dockerfile",
            "pre-release-builder", "post-release-builder", "deployed-app-image-tag", "pre-deploy", "scheduler-deploy",
            "docker-args-deploy", "docker-args-process-deploy", "post-container-create", "check-deploy", "registered",
            "deregistered", "endpoint-switched", "scheduler-post-deploy-process", "proxy-build-config",
            "core-post-deploy", "post-deploy", "post-config-update", "scaled", "rolled-back", "post-domains-update",
            "pre-enable-vhost", "pre-disable-vhost", "post-proxy-ports-update", "post-certs-update",
            "post-certs-remove", "pre-start", "post-stop", "scheduler-stop", "scheduler-run", "docker-args-run",
            "docker-args-process-run", "scheduler-post-run", "scheduler-post-delete", "proxy-clear-config",
            "nginx-pre-reload", "scheduler-cron-write",
        ]

        @Test("Every trigger of a whole life is fired in its order, with its arguments")
        func story() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(Self.triggers, on: host)
                let app = try await SampleApp("web", on: host, files: ["app.json": "{}\n"])
                try await host.cairn("apps:create", "web").check()
                #expect(try plugin.calls() == ["post-create|web"])
                try await push(app, plugin)
                try await settings(host, plugin)
                try await processes(host, plugin)
                try await names(host, plugin)
            }
        }

        private func push(_ app: SampleApp, _ plugin: NotingPlugin) async throws {
            try await app.push().check()
            #expect(try await app.get() == ("one web web.1 v1", "200"))
            let port = app.host.settings.httpPort
            let life = try plugin.calls()
            #expect(
                life == [
                    "deploy-source-set|web|git-push|REVISION", "receive-app|web|REVISION",
                    "post-extract|web|ROOT/run/WORK|REVISION", "app-json-is-valid|web|ROOT/run/WORK/app.json",
                    "builder-detect|web|ROOT/run/WORK", "pre-receive-app|web|dockerfile|ROOT/run/WORK|REVISION",
                    "pre-build|dockerfile|web|ROOT/run/WORK", "pre-build-dockerfile|web",
                    "docker-args-build|web|dockerfile", "docker-args-process-build|web|dockerfile",
                    "ports-set-detected|web|http:\(port):5000",
                    "post-build|dockerfile|web|ROOT/run/WORK", "post-build-dockerfile|web",
                    "release-created|web|v1|IMAGE", "builder-release|dockerfile|web|latest",
                    "pre-release-dockerfile|web|latest", "pre-release-builder|dockerfile|web|dokku/web:latest",
                    "post-release-builder|dockerfile|web|dokku/web:latest", "deployed-app-image-tag|web",
                    "pre-deploy|web|latest", "scheduler-deploy|docker-local|web|latest",
                    "docker-args-deploy|web|latest|web|1", "docker-args-process-deploy|web|dockerfile|latest|web|1",
                    "post-container-create|app|CONTAINER|web|deploy|web",
                    "check-deploy|web|CONTAINER|web|5000|ADDRESS|1", "nginx-pre-reload|web||",
                    "registered|web|web.1|ADDRESS",
                    "endpoint-switched|web|v1|<http:\(port) ADDRESS:5000/",
                    "scheduler-post-deploy-process|web|web", "proxy-build-config|web",
                    "core-post-deploy|web|||latest", "scheduler-cron-write|docker-local|web",
                    "post-deploy|web|||latest",
                ])
            let left = try FileManager.default.contentsOfDirectory(atPath: app.host.root + "/run")
            #expect(!left.contains { $0.hasPrefix("work-") })
        }

        private func settings(_ host: TestHost, _ plugin: NotingPlugin) async throws {
            try await host.cairn("config:set", "web", "SECRET=hush").check()
            let config = try plugin.calls()
            #expect(config.first == "post-config-update|web|set|SECRET")
            #expect(config.contains("release-created|web|v2|IMAGE"))
            #expect(!config.contains { $0.contains("hush") })
            #expect(!config.triggerNames.contains("pre-build"))
            #expect(config.contains("deregistered|web|web.1|ADDRESS"))

            try await host.cairn("domains:add", "web", "www.example.com").check()
            #expect(
                try plugin.calls() == [
                    "nginx-pre-reload|web||", "proxy-build-config|web",
                    "post-domains-update|web|add|www.example.com",
                ])
            try await host.cairn("domains:disable", "web").check()
            #expect(
                try plugin.calls().filter { $0.contains("able") } == [
                    "pre-disable-vhost|web", "post-domains-update|web|disable",
                ])
            try await host.cairn("domains:enable", "web").check()
            #expect(
                try plugin.calls().filter { $0.contains("able") } == [
                    "pre-enable-vhost|web", "post-domains-update|web|enable|web.test.local|www.example.com",
                ])
            try await host.cairn("ports:set", "web", "http:\(host.settings.httpPort):5000").check()
            #expect(try plugin.calls().last == "post-proxy-ports-update|web|set")
            try await certificate(host, plugin)
        }

        private func certificate(_ host: TestHost, _ plugin: NotingPlugin) async throws {
            let (certificate, key) = (host.home + "/tls.crt", host.home + "/tls.key")
            try await host.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                    "/CN=web.test.local", "-addext", "subjectAltName=DNS:web.test.local", "-days", "2", "-keyout", key,
                    "-out", certificate,
                ]
            ).check()
            try await host.cairn("certs:add", "web", certificate, key).check()
            #expect(try plugin.calls().suffix(2) == ["post-certs-update|web", "post-domains-update|web"])
            try await host.cairn("certs:remove", "web").check()
            #expect(try plugin.calls().suffix(2) == ["post-certs-remove|web", "post-domains-update|web"])
        }

        private func processes(_ host: TestHost, _ plugin: NotingPlugin) async throws {
            try await host.cairn("ps:scale", "web", "web=2").check()
            let scale = try plugin.calls()
            #expect(scale.first == "scheduler-deploy|docker-local|web|latest|web")
            #expect(scale.contains("docker-args-deploy|web|latest|web|2"))
            #expect(!scale.contains("docker-args-deploy|web|latest|web|1"))
            #expect(scale.last == "scaled|web|web=2")

            try await host.cairn("releases:rollback", "web", "v1").check()
            let rollback = try plugin.calls()
            #expect(rollback.last == "rolled-back|web|v3|v1")
            #expect(rollback.contains("post-deploy|web|||latest"))
            #expect(!rollback.triggerNames.contains("pre-release-builder"))

            try await host.cairn("ps:stop", "web").check()
            #expect(
                try plugin.calls() == [
                    "scheduler-stop|docker-local|web", "deregistered|web|web.1|ADDRESS",
                    "deregistered|web|web.2|ADDRESS", "post-stop|web",
                ])
            try await host.cairn("ps:start", "web").check()
            #expect(try plugin.calls().prefix(2) == ["pre-start|web", "scheduler-deploy|docker-local|web|latest"])
            let run = try await host.cairn("run", "--env", "A=b c", "web", "printf", "out")
            #expect(run.status == 0)
            #expect(run.output == "out")
            #expect(
                try plugin.calls() == [
                    "scheduler-run|docker-local|web|1|A=b c|--|printf|out", "docker-args-run|web|latest",
                    "docker-args-process-run|web|dockerfile|latest", "post-container-create|app|CONTAINER|web|run",
                    "scheduler-post-run|docker-local|web|CONTAINER|0",
                ])
        }

        private func names(_ host: TestHost, _ plugin: NotingPlugin) async throws {
            try await host.cairn("apps:clone", "--skip-deploy", "web", "copy").check()
            #expect(
                try plugin.calls() == ["post-create|copy", "post-app-clone-setup|web|copy", "post-app-clone|web|copy"])
            try await host.cairn("apps:rename", "--skip-deploy", "web", "shop").check()
            #expect(
                try plugin.calls() == [
                    "post-create|shop", "post-app-rename-setup|web|shop", "nginx-pre-reload|shop||",
                    "pre-delete|web|latest", "post-delete|web|latest", "post-app-rename|web|shop",
                ])
            try await host.cairn("--force", "apps:destroy", "shop").check()
            #expect(
                try plugin.calls() == [
                    "pre-delete|shop|latest", "scheduler-stop|docker-local|shop|true", "proxy-clear-config|shop",
                    "scheduler-cron-write|docker-local|shop",
                    "scheduler-post-delete|docker-local|shop|latest", "post-delete|shop|latest",
                ])
        }
    }
}
