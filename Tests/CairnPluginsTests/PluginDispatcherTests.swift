import CairnCore
import Glibc
import Testing

@testable import CairnPlugins

@Suite("Firing a trigger")
struct PluginDispatcherTests {
    @Test("Without plugins nothing is implemented")
    func nothing() async throws {
        let fixture = try PluginFixture()
        #expect(!fixture.dispatcher.isImplemented(.postDeploy))
        #expect(try await fixture.dispatcher.ask(.configGet, "web", "KEY") == "")
    }

    @Test("Plugins are asked in the order of their names, digits first, and their answers add up")
    func order() async throws {
        let fixture = try PluginFixture()
        for name in ["zeta", "alpha", "10_first"] {
            try fixture.plugin(name, ["docker-args-deploy": "printf ' --label=\(name)'"])
        }
        let answer = try await fixture.dispatcher.ask(.dockerArgsDeploy, "web", "latest")
        #expect(answer == " --label=10_first --label=alpha --label=zeta")
    }

    @Test("They share what there is to read: the first takes it all")
    func sharedInput() async throws {
        let fixture = try PluginFixture()
        try fixture.plugin("a", ["docker-args-run": "printf '[a:%s]' \"$(cat)\""])
        try fixture.plugin("b", ["docker-args-run": "printf '[b:%s]' \"$(cat)\""])
        var call = TriggerCall(.dockerArgsRun, ["web"])
        call.input = "-v /a:/b"
        let answer = try await fixture.dispatcher.run(call, output: .returned, reporter: fixture.reporter)
        #expect(answer == "[a:-v /a:/b][b:]")
    }

    @Test("At a mandatory trigger the first failure ends the work and asks nobody else")
    func mandatory() async throws {
        let fixture = try PluginFixture()
        try fixture.plugin("a", ["pre-deploy": "echo 'no money left' >&2; exit 5"])
        try fixture.plugin("b", ["pre-deploy": "echo b was asked"])
        let error = try await fixture.refusal {
            try await fixture.dispatcher.fire(.preDeploy, "web", "latest", reporter: fixture.reporter)
        }
        #expect(error.code == .pluginFailed)
        #expect(error.message == "The plugin a failed at the trigger 'pre-deploy' with status 5")
        #expect(error.evidence == ["no money left"])
        #expect(fixture.reporter.lines == ["       no money left"])
    }

    @Test("At an advisory trigger a failure is a warning, and the others are told")
    func advisory() async throws {
        let fixture = try PluginFixture()
        try fixture.plugin("a", ["post-deploy": "exit 1"])
        try fixture.plugin("b", ["post-deploy": "echo '-----> told'"])
        try await fixture.dispatcher.fire(.postDeploy, "web", "", "", "latest", reporter: fixture.reporter)
        #expect(
            fixture.reporter.lines == [
                " !     The plugin a failed at the trigger 'post-deploy' with status 1", "-----> told",
            ])
    }

    @Test("A plugin that takes too long is ended, and that is an error of its own")
    func timeLimit() async throws {
        let fixture = try PluginFixture(timeout: 1)
        try fixture.plugin("slow", ["pre-build": "sleep 100"])
        let error = try await fixture.refusal {
            try await fixture.dispatcher.fire(.preBuild, "dockerfile", "web", "/tmp")
        }
        #expect(error.code == .pluginTimeout)
        #expect(error.message.contains("after 1 seconds"))
    }

    @Test("Arguments reach a plugin as they are, whatever is in them")
    func arguments() async throws {
        let fixture = try PluginFixture()
        try fixture.plugin("a", ["config-get": "printf '%s|' \"$@\""])
        let answer = try await fixture.dispatcher.ask(.configGet, "$(id)", "a b", "", "'\"`;")
        #expect(answer == "$(id)|a b||'\"`;|")
    }

    @Test("The environment is what a plugin expects, and nothing of the caller's")
    func environment() async throws {
        let fixture = try PluginFixture()
        try fixture.plugin("a", ["report": "env", "plugin.toml": "[plugin]\n[plugin.config]\ngreeting = \"Hi\"\n"])
        let dispatcher = fixture.dispatcher(process: ["SECRET": "x", "TERM": "xterm", "BASH_ENV": "/tmp/evil"])
        let answer = try await dispatcher.ask(.report, "web")
        let variables = Set(answer.split(separator: "\n").map(String.init))
        for expected in [
            "TERM=xterm", "CONFIG_GREETING=Hi", "DOKKU_API_VERSION=1", "DOKKU_NOT_IMPLEMENTED_EXIT=10",
            "PLUGIN_PATH=\(fixture.root)/plugins", "PLUGIN_ENABLED_PATH=\(fixture.root)/plugins/enabled",
            "SSH_USER=tess", "SSH_NAME=laptop", "NAME=laptop", "CAIRN_PLUGIN=a", "CAIRN_TRIGGER=report",
            "CAIRN_ROOT=\(fixture.root)", "HOME=\(fixture.root)",
        ] {
            #expect(variables.contains(expected), "\(expected)")
        }
        #expect(!answer.contains("SECRET") && !answer.contains("BASH_ENV"))
        #expect(answer.contains("PATH=\(fixture.root)/share/shim/bin:"))
    }

    @Test("A plugin's setting is the host's where the host has one")
    func configuration() async throws {
        let fixture = try PluginFixture()
        try fixture.plugin(
            "a", ["report": "echo $CONFIG_GREETING", "plugin.toml": "[plugin.config]\ngreeting = \"Hi\"\n"])
        try fixture.write(fixture.layout.root + "/config.toml", "[a]\ngreeting = \"Good day\"\n")
        #expect(try await fixture.dispatcher.ask(.report) == "Good day\n")
    }

    @Test("What comes and goes is noticed by a process that has looked before")
    func changes() throws {
        let fixture = try PluginFixture()
        let dispatcher = fixture.dispatcher
        #expect(!dispatcher.isImplemented(.postDeploy))
        try fixture.plugin("a", ["post-deploy": "true"])
        #expect(dispatcher.isImplemented(.postDeploy))
        try fixture.store.disablePlugin(named: "a")
        #expect(!dispatcher.isImplemented(.postDeploy))
        #expect(fixture.dispatcher.index.entries == [])
    }

    @Test("Plugins that call each other without end are stopped")
    func recursion() async throws {
        let fixture = try PluginFixture()
        try fixture.plugin("a", ["report": "true"])
        let error = try await fixture.refusal {
            try await fixture.dispatcher(process: ["CAIRN_PLUGIN_DEPTH": "16"]).fire(.report, "web")
        }
        #expect(error.code == .pluginFailed && error.message.contains("without end"))
    }

    @Test("A program that everybody may write to does not run")
    func worldWritable() async throws {
        let fixture = try PluginFixture()
        try fixture.plugin("a", ["pre-deploy": "true"])
        try fixture.write(fixture.layout.available + "/a/pre-deploy", "true", mode: 0o777)
        let error = try await fixture.refusal { try await fixture.dispatcher.fire(.preDeploy, "web") }
        #expect(error.code == .pluginRefused)
    }

    @Test("What belongs to Cairn's own layer is no plugin")
    func ownLayer() throws {
        let fixture = try PluginFixture()
        try fixture.write(fixture.settings.share + "/shim/core/common/post-deploy", "true")
        for directory in ["available", "enabled"] {
            try FileSystem.makeDirectory("\(fixture.layout.root)/\(directory)")
            symlink(fixture.settings.share + "/shim/core/common", "\(fixture.layout.root)/\(directory)/common")
        }
        #expect(!fixture.dispatcher.isImplemented(.postDeploy))
        #expect(fixture.store.plugins().isEmpty)
    }
}
