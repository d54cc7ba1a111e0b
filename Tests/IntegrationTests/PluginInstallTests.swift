import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Plugins are installed")
    struct PluginInstall {
        @Test("From a repository at a reference; listed, updated, turned off and on, removed")
        func life() async throws {
            try await TestHost.run { host in
                let git = try await GitFixture()
                let manifest = "[plugin]\ndescription = \"Greets\"\nversion = \"1.0.0\"\n[plugin.config]\n"
                try git.write("plugin.toml", manifest)
                try git.write("report", "#!/bin/sh\necho one\n", executable: true)
                try git.write("install", "#!/bin/sh\necho \"installing as $(id -un)\"\n", executable: true)
                let commit = try await git.commit("one")
                try await git.git("tag", "v1")

                let install = try await host.cairn("plugin:install", "file://\(git.work)#v1", "--name", "greeter")
                    .check()
                #expect(install.output.contains("-----> Cloning plugin repo file://\(git.work)#v1 to "))
                #expect(install.output.contains("       Commit: \(commit)"))
                #expect(install.output.contains("       Runs at: install, report"))
                #expect(install.output.contains("-----> Plugin greeter enabled"))
                #expect(install.output.contains("       installing as root"))
                let list = try await host.ssh("plugin:list").check()
                #expect(list.output == "  greeter  1.0.0  enabled  Greets\n")
                let json = try await host.ssh("plugin:list --format json").check().output
                #expect(json.contains("\"committish\":\"v1\"") && json.contains("\"commit\":\"\(commit)\""))
                #expect(try await host.ssh("plugin:installed greeter").status == 0)
                #expect(try await host.ssh("plugin:installed other").status == 1)
                #expect(try await host.cairn("plugin:trigger", "report", "web").output == "one\n")

                try git.write("report", "#!/bin/sh\necho two\n", executable: true)
                _ = try await git.commit("two")
                #expect(try await host.cairn("plugin:update", "greeter").check().output.contains("is pinned to v1"))
                try await host.cairn("plugin:update", "greeter", "main").check()
                #expect(try await host.cairn("plugin:trigger", "report", "web").output == "two\n")

                try await host.cairn("plugin:disable", "greeter").check()
                #expect(try await host.cairn("plugin:trigger", "report", "web").output == "")
                #expect(try await host.cairn("plugin:disable", "greeter").status == 1)
                #expect(try await host.ssh("plugin:list").output.contains("disabled"))
                try await host.cairn("plugin:enable", "greeter").check()
                try await host.cairn("plugin:uninstall", "greeter").check()
                #expect(try await host.ssh("plugin:installed greeter").status == 1)
                let again = try await host.cairn("plugin:uninstall", "greeter")
                #expect(again.error.contains("Plugin (greeter) is not currently installed"))
            }
        }

        @Test("One that fails is not, and what was there stays")
        func failures() async throws {
            try await TestHost.run { host in
                let plugin = try PluginFiles(
                    "flaky", on: host, ["install": "echo the reason >&2; exit 3", "report": "echo one"])
                let failed = try await host.cairn("plugin:install", plugin.directory)
                #expect(failed.status == 1)
                #expect(failed.error.contains("The plugin flaky failed at the trigger 'install' with status 3"))
                #expect(failed.error.contains("the reason"))
                #expect(try await host.cairn("plugin:list").output == "")

                try plugin.write(["install": "exit 0"])
                try await plugin.install()
                try plugin.write(["report": "echo two", "update": "exit 1"])
                #expect(try await host.cairn("plugin:update", "flaky").status == 1)
                #expect(try await host.cairn("plugin:trigger", "report", "web").output == "one\n")
            }
        }

        @Test("Not over ssh, and not from where a program would run")
        func refusals() async throws {
            try await TestHost.run { host in
                for command in [
                    "plugin:install https://example.com/x.git", "plugin:update", "plugin:uninstall x",
                    "plugin:enable x",
                    "plugin:disable x", "plugin:install-dependencies", "plugin:trigger post-deploy web", "plugin:new x",
                    "plugin:test /tmp",
                ] {
                    let outcome = try await host.ssh(command)
                    #expect(outcome.status == 1 && outcome.error.contains("E-NOT-ALLOWED"), "\(outcome)")
                }
                for source in ["ext::sh -c 'touch \(host.root)/owned'", "ssh://-oProxyCommand=x/y", "a//::b"] {
                    let outcome = try await host.cairn("plugin:install", source)
                    #expect(outcome.status == 1 && outcome.error.contains("E-PLUGIN-REFUSED"), "\(outcome)")
                }
                let option = try await host.cairn("plugin:install", "--", "--upload-pack=touch \(host.root)/owned")
                #expect(option.status == 1 && option.error.contains("it begins with a dash"), "\(option)")
                #expect(!FileManager.default.fileExists(atPath: host.root + "/owned"))
            }
        }

        @Test("Files that could do harm, and names of commands, are refused with one line")
        func hostileFiles() async throws {
            try await TestHost.run { host in
                let apps = try PluginFiles("apps", on: host, ["install": "true"])
                let shadow = try await host.cairn("plugin:install", apps.directory)
                #expect(shadow.error.contains("A plugin cannot be called 'apps': that is a command of Cairn's"))
                let hidden = try await host.cairn("plugin:install", apps.directory, "--name", "../apps")
                #expect(hidden.error.contains("E-INVALID-NAME"))

                let open = try PluginFiles("open", on: host, ["install": "true"])
                try open.write(["helper": "true"], mode: 0o777)
                let writable = try await host.cairn("plugin:install", open.directory)
                #expect(writable.error.contains("has a file that everybody may write to: helper"))

                let leaving = try PluginFiles("leaving", on: host, ["install": "true"])
                try FileManager.default.createSymbolicLink(
                    atPath: leaving.directory + "/secret", withDestinationPath: "../../../../etc/shadow")
                let link = try await host.cairn("plugin:install", leaving.directory)
                #expect(link.error.contains("has a link that leaves its directory: secret"))
                #expect(try await host.cairn("plugin:list").output == "")
            }
        }

        @Test("A skeleton has a test that passes, and can be installed")
        func skeleton() async throws {
            try await TestHost.run { host in
                // Where this run's compiler is.
                let path = try #require(ProcessInfo.processInfo.environment["PATH"])
                for language in ["bash", "python", "swift"] {
                    let script = """
                        cd "$1" && "$2" plugin:new --language \(language) new-\(language) \
                        && { [ \(language) != swift ] || (cd new-swift && PATH=$3 ./build); } \
                        && "$2" plugin:test new-\(language) && "$2" plugin:install ./new-\(language)
                        """
                    let outcome = try await host.run(
                        "/bin/sh", ["-c", script, "sh", host.home, host.executable, path],
                        environment: ["CAIRN_ROOT": host.root]
                    ).check()
                    #expect(outcome.output.contains("-----> hello: passed"))
                    let hello = try await host.ssh("new-\(language):hello World").check()
                    #expect(hello.output == "Hello, World\n")
                    let nobody = try await host.ssh("new-\(language):hello")
                    #expect(nobody.status == 1 && nobody.output == "", "\(nobody)")
                    #expect(nobody.error == " !     Please specify a name\n")
                    let help = try await host.ssh("new-\(language):help").check()
                    #expect(help.output.contains("new-\(language):hello <name>, Say hello"))
                    #expect(try await host.ssh("new-\(language)").check().output == help.output)
                    #expect(try await host.ssh("new-\(language):nothing").status != 0)
                }
            }
        }
    }
}
