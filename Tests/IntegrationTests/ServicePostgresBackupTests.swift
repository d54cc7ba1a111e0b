import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Backups of postgres")
    struct ServicePostgresBackup {
        @Test(
            "Plain, for a key or with a pass phrase: each backup brings the rows back; of a paused service there is none"
        )
        func encryption() async throws {
            try await ServiceHost.run("postgres") { services in
                let (target, key) = (try services.makeTarget(), try await services.makeKey())
                try await create(services)
                try await comesBack(services, from: target, suffix: ".export") { "cat \($0)" }

                try await services.run("backup-set-public-key-encryption", "@main", input: key).check()
                try await comesBack(services, from: target, suffix: ".export.gpg") { services.decrypting($0) }
                // The pass phrase takes the key's place.
                try await services.run("backup-set-encryption", "@main", "a pass phrase").check()
                try await comesBack(services, from: target, suffix: ".export.gpg") {
                    services.decrypting($0, passphrase: "a pass phrase")
                }
                try await services.run("backup-unset-encryption", "@main").check()
                try await comesBack(services, from: target, suffix: ".export") { "cat \($0)" }
                try await services.run("backup-set-public-key-encryption", "@main", input: key).check()
                try await services.run("backup-unset-public-key-encryption", "@main").check()
                try await comesBack(services, from: target, suffix: ".export") { "cat \($0)" }

                try await services.run("pause", "@main").check()
                let none = try await services.run("backup", "@main", target)
                #expect(none.status == 1 && none.error.contains("is not running"), "\(none)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: target).isEmpty)
                try await services.run("destroy", "@main", "--force").check()
            }
        }

        @Test(
            "A bucket gets the dump if there are credentials; the crontab's line stores one, and goes with the service")
        func bucketAndSchedule() async throws {
            try await ServiceHost.run("postgres") { services in
                try await create(services)
                try await BucketServer.run(on: services.host) { try await bucket(services, $0) }
                let (target, crontab) = (try services.makeTarget(), try CrontabFile(on: services.host))
                let environment = ["CRONTAB_BIN": crontab.client]
                try await services.program("backup-schedule", "main", "0 3 * * *", target, environment: environment)
                    .check()
                let lines = try crontab.lines()
                #expect(lines.count == 2 && lines[0] == CrontabFile.other, "\(lines)")
                let line = try #require(lines.last)
                #expect(try await services.run("backup-schedule-cat", "@main").check().output == line + "\n")
                try await runAsCron(line, services)
                try await comesBack(services, from: target, suffix: ".export", stores: false) { "cat \($0)" }

                try await services.program("backup-unschedule", "main", environment: environment).check()
                #expect(try crontab.lines() == [CrontabFile.other])
                #expect(try await services.run("backup-schedule-cat", "@main").status == 1)
                try await services.program("backup-schedule", "main", "@daily", target, environment: environment)
                    .check()
                #expect(try crontab.lines().count == 2)
                try await services.program("destroy", "main", "--force", environment: environment).check()
                #expect(try crontab.lines() == [CrontabFile.other])
            }
        }

        private func bucket(_ services: ServiceHost, _ server: BucketServer) async throws {
            try await services.run("backup-auth", "@main", "AKID", "SECRET", "eu-west-1", "v4", server.url).check()
            try await services.run("backup", "@main", "s3://backups/daily").check()
            let request = try server.requests()
            #expect(request.hasPrefix("PUT /backups/daily/postgres-\(services.name("main"))-"), "\(request)")
            #expect(request.contains("AWS4-HMAC-SHA256 Credential=AKID/"), "\(request)")
            #expect(request.hasSuffix("\r\n\r\nPGDMP\n"), "\(request)")
            #expect(!request.contains("SECRET"))
            let refused = try await services.run("backup", "@main", "s3://refused")
            #expect(refused.status == 1 && refused.error.contains("AccessDenied"), "\(refused)")
            let role = try await services.run("backup", "@main", "s3://backups", "--use-iam")
            #expect(role.status == 1 && role.error.contains("E-NOT-ALLOWED"), "\(role)")
            try await services.run("backup-deauth", "@main").check()
            let none = try await services.run("backup", "@main", "s3://backups/daily")
            #expect(none.status == 1 && none.error.contains("no credentials"), "\(none)")
        }

        // MARK: Parts

        private func create(_ services: ServiceHost) async throws {
            try await services.run("create", "@main").check()
            try await services.run("connect", "@main", input: "create table t (x int); insert into t values (42);")
                .check()
        }

        /// Stores a backup, removes the rows, and imports what the line of shell makes of the file.
        private func comesBack(
            _ services: ServiceHost, from target: String, suffix: String, stores: Bool = true,
            _ reading: (String) -> String
        ) async throws {
            if stores { try await services.run("backup", "@main", target).check() }
            let path = try services.stored(in: target)
            #expect(path.hasPrefix("\(target)/postgres-\(services.name("main"))-") && path.hasSuffix(suffix), "\(path)")
            try await services.run("connect", "@main", input: "drop table t;").check()
            try await services.shell("\(reading(path)) | cairn postgres:import \(services.name("main"))").check()
            let rows = try await services.run("connect", "@main", input: "select x from t;").check()
            #expect(rows.output.contains(" 42\n"), "\(rows)")
            try FileManager.default.removeItem(atPath: path)
        }

        /// Runs the command of a line of a crontab in the environment that cron(8) gives it.
        private func runAsCron(_ line: String, _ services: ServiceHost) async throws {
            let command = line.split(separator: " ", maxSplits: 5).last.map(String.init) ?? ""
            try await services.host.run(
                "/usr/bin/env",
                [
                    "-i", "PATH=/usr/bin:/bin", "HOME=\(services.host.home)", "LOGNAME=root", "SHELL=/bin/sh",
                    "/bin/sh", "-c", command,
                ]
            ).check()
        }
    }
}
