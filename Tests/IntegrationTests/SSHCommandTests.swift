import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Commands over ssh")
    struct SSHCommands {
        @Test("Words are split by shell rules, and values arrive byte for byte")
        func quoting() async throws {
            try await TestHost.run { host in
                try await host.ssh("apps:create web").check()
                let line = #"""
                    config:set web 'A=a b' "B=c\"d\$e" C=f\ g 'D=$HOME `id` $(id) ; | > *' E=ü日 'F=one
                    two' G= 'H=it'\''s'
                    """#
                try await host.ssh(line).check()
                let wanted = [
                    "A": "a b", "B": "c\"d$e", "C": "f g", "D": "$HOME `id` $(id) ; | > *", "E": "ü日", "F": "one\ntwo",
                    "G": "", "H": "it's",
                ]
                for (key, value) in wanted.sorted(by: { $0.key < $1.key }) {
                    let got = try await host.ssh("config:get web \(key)").check()
                    #expect(got.output == value + "\n", "\(key)")
                }
                let open = try await host.ssh("config:set web 'A=never closed")
                #expect(open.status == 2)
                #expect(open.error.contains("[E-USAGE]"))
                #expect(try await host.ssh("config:get web A").output == "a b\n")
            }
        }

        @Test("Exit codes come through: 0, 1, 2 for a wrong call, 20 for a missing app")
        func exitCodes() async throws {
            try await TestHost.run { host in
                #expect(try await host.ssh("apps:create web").status == 0)
                #expect(try await host.ssh("apps:exists web").status == 0)
                #expect(try await host.ssh("apps:exists nope").status == 20)
                for missing in ["config:show nope", "ps:report nope", "run nope id", "ps:rebuild nope"] {
                    let outcome = try await host.ssh(missing)
                    #expect(outcome.status == 20, "\(outcome)")
                    #expect(outcome.error.contains("nope does not exist"), "\(outcome)")
                }
                for wrong in ["apps:create", "config:set", "config:show web --no-such-flag", "ps:scale web web=many"] {
                    let outcome = try await host.ssh(wrong)
                    #expect(outcome.status == 2 || outcome.error.contains("E-INVALID-VALUE"), "\(outcome)")
                    #expect(!outcome.error.isEmpty, "\(outcome)")
                }
                #expect(try await host.ssh("apps:create").status == 2)
                let unknown = try await host.ssh("apps:craete web")
                #expect(unknown.status == 1)
                #expect(unknown.error.contains("Did you mean 'apps:create'?"))
            }
        }

        @Test("A session without a command gets a greeting and no shell")
        func interactive() async throws {
            try await TestHost.run { host in
                let session = try await host.sshClient(input: "id\ntouch \(host.root)/marker\n")
                #expect(session.status == 0)
                #expect(session.output.contains("Hello tester"))
                #expect(session.output.contains("no shell"))
                #expect(!session.output.contains("uid="))
                let withTerminal = try await host.sshClientInTerminal(input: "id\ntouch \(host.root)/marker\n")
                #expect(withTerminal.output.contains("Hello tester"))
                #expect(!withTerminal.output.contains("uid="))
                #expect(!FileManager.default.fileExists(atPath: host.root + "/marker"))
            }
        }

        @Test("Shells and programs that copy files are refused")
        func programs() async throws {
            try await TestHost.run { host in
                let marker = host.root + "/marker"
                let refused = [
                    "bash", "sh -c 'touch \(marker)'", "/bin/sh -c 'touch \(marker)'", "env touch \(marker)",
                    "sudo touch \(marker)", "rsync --server . \(marker)", "scp -t \(marker)", "../bin/touch \(marker)",
                ]
                for line in refused {
                    let outcome = try await host.ssh(line, input: "touch \(marker)\n")
                    #expect(outcome.status == 1, "\(outcome)")
                    #expect(outcome.error.contains("[E-NOT-ALLOWED]"), "\(outcome)")
                }
                let file = host.home + "/file"
                try "content".write(toFile: file, atomically: true, encoding: .utf8)
                for options in [["-O"], ["-s"]] {
                    let copy = try await host.copyClient("/usr/bin/scp", options[0], file, "root@127.0.0.1:\(marker)")
                    #expect(copy.status != 0, "\(copy)")
                    let back = try await host.copyClient(
                        "/usr/bin/scp", options[0], "root@127.0.0.1:/etc/passwd", host.home + "/got")
                    #expect(back.status != 0, "\(back)")
                }
                let sftp = try await host.copyClient(
                    "/usr/bin/sftp", "-b", "-", "root@127.0.0.1", input: "put \(file) \(marker)\n")
                #expect(sftp.status != 0, "\(sftp)")
                #expect(!FileManager.default.fileExists(atPath: marker))
                #expect(!FileManager.default.fileExists(atPath: host.home + "/got"))
            }
        }
    }
}
