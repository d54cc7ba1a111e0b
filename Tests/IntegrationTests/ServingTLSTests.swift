import CairnCore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Serving by https")
    struct ServingTLS {
        @Test(
            "A certificate brings HTTP/2, HSTS and the redirect; a key that does not match is refused; removal ends it")
        func certificates() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                #expect(try await host.request(host: app.domain, isSecure: true).status == 0)

                let first = try await Certificate.make("first", for: app.domain, on: host)
                try await host.ssh("certs:add web", input: first.archive).check()
                let secure = try await host.request(host: app.domain, isSecure: true, options: ["--http2"])
                #expect(secure.status == 200 && secure.version == "2")
                #expect(secure.body.hasPrefix("one web "))
                #expect(secure.values("strict-transport-security").first?.contains("max-age=") == true)
                #expect(try await first.isServed(for: app.domain))

                let plain = try await host.request("/path?query=1", host: app.domain)
                #expect(plain.status == 301)
                #expect(
                    plain.values("location") == ["https://\(app.domain):\(host.settings.httpsPort)/path?query=1"])
                let seen = try await host.request("/headers", host: app.domain, isSecure: true).body
                #expect(seen.contains("X-Forwarded-Proto: https"))

                // No name of the host's, or no name at all: no handshake.
                #expect(try await host.request(host: "unknown.test.local", isSecure: true).status == 0)

                let second = try await Certificate.make("second", for: app.domain, on: host)
                let mixed = try await second.archive(withKeyOf: first)
                let refused = try await host.ssh("certs:add web", input: mixed)
                #expect(refused.status != 0)
                #expect(refused.error.contains("the key is not that of the certificate"), "\(refused)")
                #expect(try await first.isServed(for: app.domain))
                try await host.ssh("certs:update web", input: second.archive).check()
                #expect(try await second.isServed(for: app.domain))

                let report = try await host.ssh("certs:show web crt").check()
                #expect(!report.output.contains("PRIVATE KEY"))
                try await host.ssh("certs:remove web").check()
                #expect(try await host.request(host: app.domain, isSecure: true).status == 0)
                #expect(try await app.get().status == "200")
            }
        }

        /// A self-signed certificate in a directory of its own.
        struct Certificate {
            let directory: String
            let host: TestHost
            /// What `certs:add` reads from its input.
            let archive: String

            static func make(_ name: String, for domain: String, on host: TestHost) async throws -> Certificate {
                let directory = host.home + "/" + name
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
                try await host.run(
                    "/usr/bin/openssl",
                    [
                        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                        "2",
                        "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(domain)", "-keyout",
                        directory + "/server.key", "-out", directory + "/server.crt",
                    ]
                ).check()
                return try await Certificate(directory: directory, host: host, archive: tar(directory, host))
            }

            func archive(withKeyOf other: Certificate) async throws -> String {
                let mixed = directory + "/mixed"
                try FileManager.default.createDirectory(atPath: mixed, withIntermediateDirectories: true)
                try FileManager.default.copyItem(atPath: directory + "/server.crt", toPath: mixed + "/server.crt")
                try FileManager.default.copyItem(atPath: other.directory + "/server.key", toPath: mixed + "/server.key")
                return try await Self.tar(mixed, host)
            }

            private static func tar(_ directory: String, _ host: TestHost) async throws -> String {
                try await host.run("/usr/bin/tar", ["-C", directory, "-cf", "-", "server.crt", "server.key"]).check()
                    .output
            }

            /// Whether just this certificate is what clients are shown.
            func isServed(for domain: String) async throws -> Bool {
                let reply = try await host.request(
                    host: domain, isSecure: true, options: ["--cacert", directory + "/server.crt", "--no-insecure"])
                return reply.status == 200
            }
        }
    }
}
