import CairnCore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Safety over ssh")
    struct SSHSafety {
        @Test("Hostile command lines run nothing and make nothing")
        func hostileLines() async throws {
            try await TestHost.run { host in
                try await host.ssh("apps:create web").check()
                let marker = host.root + "/marker"
                let lines = [
                    "apps:create a;touch \(marker)", "apps:create a; touch \(marker)", "apps:create $(touch \(marker))",
                    "apps:create \"$(touch \(marker))\"", "apps:create `touch \(marker)`",
                    "apps:create a\ntouch \(marker)",
                    "apps:create a\u{1b}[2J", "apps:create a && touch \(marker)", "apps:create a || touch \(marker)",
                    "apps:create a | tee \(marker)", "apps:create a > \(marker)", "apps:create a & touch \(marker)",
                    "apps:create ../\(marker)", "apps:create -- --help;touch", "\ntouch \(marker)",
                    "apps:destroy web; touch \(marker)", "git-receive-pack 'a;touch \(marker)'",
                    "git-receive-pack '$(touch \(marker))'", "git-receive-pack \"`touch \(marker)`\"",
                    "git-upload-pack --upload-pack='touch \(marker)' web", "git-upload-pack '--exec=touch \(marker)'",
                    "git-upload-archive web '--exec=touch \(marker)'", "git upload-pack 'web' '; touch \(marker)'",
                    "git-shell -c 'touch \(marker)'",
                ]
                for line in lines {
                    let outcome = try await host.ssh(line, input: "web\n")
                    #expect(outcome.status != 0, "\(outcome)")
                    #expect(!FileManager.default.fileExists(atPath: marker), "\(outcome)")
                    #expect(!outcome.error.contains("\u{1b}"), "\(outcome)")
                }
                #expect(try await host.cairn("--quiet", "apps:list").lines == ["web"])
            }
        }

        @Test("Variables that a client sends reach neither git nor Cairn")
        func variables() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await host.ssh("apps:create web").check()
                let marker = host.root + "/marker"
                // The only variable that the server accepts is also the only one that git needs.
                let ssh =
                    (host.gitEnvironment["GIT_SSH_COMMAND"] ?? "ssh")
                    + " -o 'SetEnv=GIT_PROTOCOL=version=2;$(touch${IFS}\(marker))'"
                let push = try await app.push(ref: "main:refs/heads/other", environment: ["GIT_SSH_COMMAND": ssh])
                #expect(push.status == 0, "\(push)")
                #expect(!FileManager.default.fileExists(atPath: marker))
            }
        }

        @Test("A removed key neither runs commands nor pushes, even where sshd still lets it in")
        func unlistedKey() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await host.ssh("apps:create web").check()
                try await host.addKey("leaver")
                #expect(try await host.sshClient(key: "leaver", command: "apps:list").status == 0)
                let file = try String(contentsOfFile: host.settings.authorizedKeys, encoding: .utf8)
                try await host.cairn("ssh-keys:remove", "leaver").check()
                // As a removal leaves it that could not write the file.
                try file.write(toFile: host.settings.authorizedKeys, atomically: false, encoding: .utf8)

                let command = try await host.sshClient(key: "leaver", command: "apps:list")
                #expect(command.status == 1 && command.output.isEmpty, "\(command)")
                #expect(command.error.contains("E-NOT-ALLOWED"), "\(command)")
                let push = try await app.push(environment: host.gitSSHCommand(key: "leaver"))
                #expect(push.status != 0 && push.error.contains("E-NOT-ALLOWED"), "\(push)")
                #expect(try await host.sshClient(key: "id_ed25519", command: "apps:list").status == 0)
            }
        }

        @Test("Commands for users of the host are refused over ssh")
        func localOnly() async throws {
            try await TestHost.run { host in
                let keys = try await host.cairn("ssh-keys:list").output
                let authorized = try String(contentsOfFile: host.settings.authorizedKeys, encoding: .utf8)
                try await host.run(
                    "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", host.home + "/intruder"]
                ).check()
                let key = try String(contentsOfFile: host.home + "/intruder.pub", encoding: .utf8)
                let lines = [
                    "setup", "ssh-keys:add intruder", "ssh-keys:remove tester", "daemon", "internal:retire",
                    "internal:deploy web 0 --build 1", "--force ssh-keys:remove tester",
                    "ssh-session --key root --fingerprint SHA256:x",
                ]
                for line in lines {
                    let outcome = try await host.ssh(line, input: key)
                    #expect(outcome.status == 1, "\(outcome)")
                    #expect(outcome.error.contains("[E-NOT-ALLOWED]"), "\(outcome)")
                }
                #expect(try await host.cairn("ssh-keys:list").output == keys)
                #expect(try String(contentsOfFile: host.settings.authorizedKeys, encoding: .utf8) == authorized)
            }
        }

        @Test("A removed key is shut out, the others stay")
        func removedKey() async throws {
            try await TestHost.run { host in
                try await host.addKey("guest")
                #expect(try await host.sshClient(key: "guest", command: "apps:list").status == 0)
                try await host.cairn("ssh-keys:remove", "guest").check()
                let refused = try await host.sshClient(key: "guest", command: "apps:list")
                #expect(refused.status == 255)
                #expect(refused.error.contains("Permission denied"))
                let app = try await SampleApp("web", on: host)
                let push = try await app.push(environment: host.gitSSHCommand(key: "guest"))
                #expect(push.status != 0)
                #expect(try await host.cairn("apps:exists", "web").status == 20)
                #expect(try await host.ssh("apps:list").status == 0)
            }
        }

        @Test("Only a key with --terminal gets a terminal, and no key forwards anything")
        func terminals() async throws {
            try await TestHost.run { host in
                try await host.addKey("admin", terminal: true)
                try await host.ssh("apps:create web").check()
                let plain = try await host.sshClient("-tt", command: "apps:list")
                #expect(plain.error.contains("PTY allocation request failed"))
                #expect(!plain.output.contains("\r"), "\(plain)")
                let terminal = try await host.sshClient("-tt", key: "admin", command: "apps:list")
                #expect(terminal.status == 0)
                // A terminal's line ends are what shows that there is one.
                #expect(terminal.output.hasSuffix("web\r\n"), "\(terminal)")
                for key in ["id_ed25519", "admin"] {
                    let forward = try await host.sshClient(
                        "-W", "127.0.0.1:\(host.settings.httpPort)", key: key, input: "GET / HTTP/1.0\r\n\r\n")
                    #expect(forward.status != 0 && forward.error.contains("forwarding failed"), "\(forward)")
                    // Whatever nginx had answered would be here.
                    #expect(forward.output.isEmpty, "\(forward)")
                }
            }
        }
    }
}
