import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Plugins bring commands")
    struct PluginCommand {
        @Test("Found by their names, with input, output and status of their own")
        func commands() async throws {
            try await TestHost.run { host in
                let plugin = try PluginFiles(
                    "box", on: host,
                    [
                        "subcommands/default": "echo default \"$@\"",
                        "subcommands/copy": "printf '%s|' \"$@\" >&2; cat; exit 7",
                        "subcommands/who": "echo \"$SSH_USER $SSH_NAME $NAME $DOKKU_COMMAND $CAIRN_PLUGIN\"",
                        "commands": "[ \"$1\" = box:other ] && { echo other; exit 0; }; exit 10",
                        "plugin.toml": "[plugin]\ndescription = \"A box\"\nversion = \"1\"\n",
                    ])
                try await plugin.install()
                #expect(try await host.ssh("box a 'b c'").check().output == "default box a b c\n")
                let copy = try await host.ssh("box:copy 'x y' --flag", input: "in\u{0}put")
                #expect(copy.status == 7 && copy.output == "in\u{0}put" && copy.error == "box:copy|x y|--flag|")
                #expect(try await host.ssh("box:who").output == "root tester tester box:who box\n")
                #expect(try await host.cairn("box:who").output == "root default default box:who box\n")
                #expect(try await host.ssh("box:other").check().output == "other\n")
                let unknown = try await host.ssh("box:none")
                #expect(unknown.status == 1 && unknown.error.contains("'box:none' is not a cairn command"))
                try await host.cairn("plugin:disable", "box").check()
                #expect(try await host.ssh("box:other").status == 1)
            }
        }

        @Test("Are listed by help, shortly and in full")
        func help() async throws {
            try await TestHost.run { host in
                let script = """
                    case "$1" in
                    help | box:help)
                        if [ "$1" = box:help ] || ps -o command= $PPID | grep -q -- --all; then
                            echo '    box:open <app>, Opens it'
                        else
                            echo '    box, Manages boxes'
                        fi ;;
                    *) exit 10 ;;
                    esac
                    """
                try await PluginFiles("box", on: host, ["commands": script]).install()
                let plain = try PluginFiles(
                    "plain", on: host,
                    ["subcommands/go": "true", "plugin.toml": "[plugin]\ndescription = \"Plain things\"\n"])
                try await plain.install()
                for call in [host.ssh, { command, _ in try await host.cairn(command) }] {
                    let summary = try await call("help", "").check().output
                    #expect(summary.contains("    box    Manages boxes\n"))
                    #expect(summary.contains("    plain  Plain things\n"))
                    #expect(!summary.contains("box:open"))
                }
                let full = try await host.ssh("help --all").check().output
                #expect(full.contains("    box:open <app>  Opens it\n"))
                #expect(full.contains("    plain:go"))
                #expect(try await host.ssh("box:help").check().output == "    box:open <app>, Opens it\n")
                #expect(try await host.ssh("help box").check().output == "    box:open <app>, Opens it\n")
                #expect(try await host.ssh("plain:help").check().output.contains("plain:go"))
                #expect(try await host.ssh("help apps").check().output.contains("apps:create"))
            }
        }

        @Test("A plugin decides who may do what, and who sees which app")
        func permissions() async throws {
            try await TestHost.run { host in
                try await host.cairn("apps:create", "open").check()
                try await host.cairn("apps:create", "closed").check()
                let plugin = try PluginFiles(
                    "guard", on: host,
                    [
                        "user-auth": """
                        printf '%s|' "$@" >>"$CAIRN_ROOT/asked"; echo >>"$CAIRN_ROOT/asked"
                        [ "$2" = default ] && exit 0
                        case "$3 $4" in *closed*) echo 'not yours' >&2; exit 1 ;; esac
                        """,
                        "user-auth-app": "[ \"$2\" = default ] && { shift 2; printf '%s\\n' \"$@\"; exit; }; echo open",
                    ])
                try await plugin.install()
                #expect(try await host.ssh("apps:exists open").status == 0)
                let denied = try await host.ssh("apps:exists closed")
                #expect(denied.status == 1 && denied.error.contains("Access denied"), "\(denied)")
                #expect(denied.error.contains("not yours"))
                #expect(try await host.ssh("--quiet apps:list").output == "open\n")
                #expect(try await host.cairn("--quiet", "apps:list").output == "closed\nopen\n")

                let app = try await SampleApp("closed", on: host)
                let push = try await app.push()
                #expect(push.status != 0 && push.error.contains("Access denied"), "\(push)")
                let asked = try String(contentsOfFile: host.root + "/asked", encoding: .utf8)
                #expect(asked.contains("root|tester|apps:exists|closed|\n"))
                #expect(asked.contains("root|tester|git-receive-pack|'closed'|\n"))
            }
        }

        @Test("The page about plugins shows the triggers that there are")
        func documentation() async throws {
            try await TestHost.run { host in
                let table = try await host.cairn("internal:trigger-table").check().output
                let page =
                    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                    .deletingLastPathComponent().path + "/docs/plugins.md"
                #expect(try String(contentsOfFile: page, encoding: .utf8).contains(table))
            }
        }
    }
}
