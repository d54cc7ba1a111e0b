import CairnCore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Backups of services")
    struct ServiceBackup {
        @Test("Into a directory, encrypted, and back; over ssh no directory is written to")
        func directory() async throws {
            try await ServiceHost.run("redis") { services in
                let host = services.host
                let target = host.home + "/backups"
                try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
                try await services.run("create", "@cache").check()
                try await services.run("connect", "@cache", input: "set k 42\n").check()
                try await services.run("backup-set-encryption", "@cache", "a pass phrase").check()
                try await services.run("backup", "@cache", target).check()
                let name = try #require(try FileManager.default.contentsOfDirectory(atPath: target).first)
                #expect(name.hasPrefix("redis-\(services.name("cache"))-") && name.hasSuffix(".export.gpg"), "\(name)")
                try await services.run("connect", "@cache", input: "del k\n").check()
                try await services.shell(
                    "gpg --homedir \(host.home) --batch --quiet --pinentry-mode loopback --passphrase 'a pass phrase' --decrypt "
                        + "\(target)/\(name) | cairn redis:import \(services.name("cache"))"
                ).check()
                #expect(try await services.run("connect", "@cache", input: "get k\n").output == "42\n")

                let refused = try await host.ssh("redis:backup \(services.name("cache")) \(target)")
                #expect(refused.status == 1 && refused.error.contains("no target over ssh"), "\(refused)")
                try await services.run("destroy", "@cache", "--force").check()
            }
        }

        @Test("Into a bucket: the request is signed, and a refusal is an error that shows the answer")
        func bucket() async throws {
            try await ServiceHost.run("redis") { services in
                try await BucketServer.run(on: services.host) { server in
                    try await services.run("create", "@cache").check()
                    let none = try await services.run("backup", "@cache", "s3://backups/daily")
                    #expect(none.status == 1 && none.error.contains("no credentials"), "\(none)")
                    try await services.run("backup-auth", "@cache", "AKID", "SECRET", "eu-west-1", "v4", server.url)
                        .check()
                    try await services.run("backup", "@cache", "s3://backups/daily").check()
                    let request = try server.requests()
                    #expect(request.hasPrefix("PUT /backups/daily/redis-\(services.name("cache"))-"), "\(request)")
                    #expect(request.contains("AWS4-HMAC-SHA256 Credential=AKID/"), "\(request)")
                    #expect(
                        request.contains(
                            "/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date"))
                    let refused = try await services.run("backup", "@cache", "s3://refused")
                    #expect(refused.status == 1 && refused.error.contains("AccessDenied"), "\(refused)")
                    try await services.run("destroy", "@cache", "--force").check()
                }
            }
        }

        @Test("At fixed times: a line of the crontab, which is all that is changed there")
        func schedule() async throws {
            try await ServiceHost.run("redis") { services in
                let crontab = try CrontabFile(on: services.host)
                try await services.run("create", "@cache").check()
                let cache = services.name("cache")
                func schedule(_ words: String...) async throws -> Outcome {
                    try await services.program(
                        "backup-schedule", "cache", words[0], words[1], environment: ["CRONTAB_BIN": crontab.client])
                }
                try await schedule("0 3 * * *", "s3://backups/daily").check()
                try await schedule("@daily", "s3://backups/daily").check()
                let lines = try crontab.lines()
                #expect(lines.count == 2 && lines[0] == CrontabFile.other, "\(lines)")
                #expect(
                    lines[1].hasPrefix("@daily CAIRN_ROOT=\(services.host.root) ")
                        && lines[1].contains("redis:backup \(cache) "))
                for text in ["0 3 * *", "0 3 * * * rm", "0 3 * * *\n1"] {
                    #expect(try await schedule(text, "s3://backups/daily").status == 1)
                }
                #expect(try await schedule("@daily", "s3://backups/a b").status == 1)
                try await services.program(
                    "backup-unschedule", "cache", environment: ["CRONTAB_BIN": crontab.client]
                ).check()
                #expect(try crontab.lines() == [CrontabFile.other])
                try await services.run("destroy", "@cache", "--force").check()
            }
        }
    }
}
