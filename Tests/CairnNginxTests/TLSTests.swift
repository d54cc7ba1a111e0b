import CairnCore
@testable import CairnNginx
import SystemPackage
import Testing

extension RealNginx {
    @Suite("TLS") struct TLSTests {
        @Test func plainRequestsAreSentOnAndSecureOnesAreTold() async throws {
            try await Backends.run(["a"]) { backends in
                try await NginxFixture.run { nginx in
                    let vhost = try await nginx.secure("a", ["a.example.com"])
                    try await nginx.server.setEndpoints(
                        [.init(scheme: .https, hostPort: nginx.https): [try backends.endpoint("a")]], for: vhost.app)
                    let plain = try #require(try Client(port: nginx.http).get("a.example.com", "/x?y=1"))
                    #expect(plain.status == 301)
                    #expect(plain.headers["location"] == "https://a.example.com:\(nginx.https)/x?y=1")
                    #expect(plain.headers["strict-transport-security"] == nil)
                    let answer = try await nginx.curl("a.example.com", "/x")
                    #expect(answer.contains("HTTP/2 200"))
                    #expect(answer.contains("strict-transport-security: max-age=15724800; includeSubDomains\r\n"))
                    #expect(answer.contains("\nx_forwarded_proto=https\n"))
                }
            }
        }

        @Test func unknownNamesGetNoHandshakeAndOneNameIsNotServedOverAnothers() async throws {
            try await Backends.run(["a", "b"]) { backends in
                try await NginxFixture.run { nginx in
                    for name in ["a", "b"] {
                        let vhost = try await nginx.secure(name, ["\(name).example.com"])
                        try await nginx.server.setEndpoints(
                            [.init(scheme: .https, hostPort: nginx.https): [try backends.endpoint(name)]],
                            for: vhost.app)
                    }
                    #expect(try await nginx.curl("c.example.com").isEmpty)
                    #expect(try await shell("curl", ["-sik", "https://127.0.0.1:\(nginx.https)/"]).output.isEmpty)
                    let crossed = try await nginx.curl("a.example.com", headers: ["Host: b.example.com"])
                    #expect(crossed.hasPrefix("HTTP/2 421"))
                    #expect(!crossed.contains("\nb\n"))
                }
            }
        }

        @Test("TLS 1.2 and 1.3 are spoken; to an older version the answer is an alert")
        func versions() async throws {
            try await NginxFixture.run { nginx in
                _ = try await nginx.secure("a", ["a.example.com"])
                for (option, name) in [("1_2", "1.2"), ("1_3", "1.3")] {
                    let told = try await nginx.handshake("a.example.com", ["-tls\(option)"])
                    #expect(told.contains("Protocol version: TLSv\(name)\n"), "\(told)")
                }
                for option in ["1", "1_1"] {
                    // Level 0 is what lets the client itself offer them.
                    let told = try await nginx.handshake(
                        "a.example.com", ["-tls\(option)", "-cipher", "DEFAULT@SECLEVEL=0"])
                    #expect(told.contains("alert protocol version"), "\(told)")
                    #expect(!told.contains("Protocol version:"), "\(told)")
                }
            }
        }

        @Test func newCertificateReplacesTheOldOneAndBothFilesAreSecret() async throws {
            try await NginxFixture.run { nginx in
                var vhost = try await nginx.secure("a", ["a.example.com"])
                let first = try await nginx.liveTree()
                vhost.certificate = try await TestCertificate.make("a.example.com")
                #expect(try await nginx.server.install(vhost) == .installed)
                vhost.certificate = try await TestCertificate.make("a.example.com")
                #expect(try await nginx.server.install(vhost) == .installed)
                #expect(try await nginx.liveTree() != first)
                let files = try await shell(
                    "/usr/bin/find",
                    [nginx.directory.appending("root/nginx/certs").string, "-type", "f", "-printf", "%m %f\n"])
                #expect(
                    files.output.split(separator: "\n").sorted() == [
                        "600 server.crt", "600 server.crt", "600 server.key", "600 server.key",
                    ])
                try await nginx.server.remove(app: try app("a"))
                let left = try await shell(
                    "/usr/bin/find", [nginx.directory.appending("root/nginx/certs").string, "-type", "f"])
                #expect(left.output.isEmpty)
            }
        }

        @Test func certificateIsCheckedBeforeItIsUsed() async throws {
            let good = try await TestCertificate.make("a.example.com", "*.b.example.com")
            let info = try await good.checked()
            #expect(info.names.map(\.rawValue) == ["a.example.com", "*.b.example.com"])
            #expect(info.subject == ["C=US", "O=Stones, Inc", "CN=a.example.com"])
            #expect(info.isSelfSigned)
            #expect(try info.covers(domain("x.b.example.com")))
            #expect(try !info.covers(domain("b.example.com")))
            #expect(info.notAfter - info.notBefore == 3 * 86_400)
            let other = try await TestCertificate.make("a.example.com")
            let refusals: [(Certificate, String, Int?)] = [
                (
                    Certificate(chainPEM: good.chainPEM, keyPEM: other.keyPEM),
                    "the key is not that of the certificate", nil
                ),
                (Certificate(chainPEM: "x", keyPEM: good.keyPEM), "the certificate is not PEM text", nil),
                (Certificate(chainPEM: good.keyPEM, keyPEM: good.keyPEM), "the certificate is not PEM text", nil),
                (Certificate(chainPEM: good.chainPEM, keyPEM: good.chainPEM), "the key is not PEM text", nil),
                (
                    Certificate(chainPEM: good.chainPEM, keyPEM: try await TestCertificate.encrypted(good.keyPEM)),
                    "the key is encrypted", nil
                ),
                (
                    Certificate(chainPEM: TestCertificate.damaged(good.chainPEM), keyPEM: good.keyPEM),
                    "the certificate cannot be read", nil
                ),
                (
                    Certificate(chainPEM: String(repeating: good.chainPEM, count: 1000), keyPEM: good.keyPEM),
                    "the certificate is not", nil
                ),
                (good, "the certificate has expired", info.notAfter),
            ]
            for (certificate, reason, now) in refusals {
                let error = await #expect(throws: CairnError.self) { try await certificate.checked(now: now) }
                #expect(error?.code == .invalidFile)
                #expect(
                    error?.message.hasPrefix("Certificate refused: \(reason)") == true,
                    "\(reason): \(error?.message ?? "")")
            }
        }

        @Test func datesAreReadAsSecondsSince1970() throws {
            for (text, seconds) in [
                ("1970-01-01 00:00:00Z", 0), ("2026-11-23 18:51:00Z", 1_795_459_860),
                ("2000-02-29 23:59:59Z", 951_868_799),
            ] {
                let info = try #require(CertificateInfo(parsing: "notBefore=\(text)\nnotAfter=\(text)\n"))
                #expect(info.notAfter == seconds)
            }
        }
    }
}

/// Certificates made for a test.
enum TestCertificate {
    static func make(_ names: String...) async throws -> Certificate {
        let result = try await shell(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3",
                "-keyout",
                "/dev/stdout", "-out", "/dev/stdout", "-subj", "/C=US/O=Stones, Inc/CN=\(names[0])", "-addext",
                "subjectAltName=" + names.map { "DNS:\($0)" }.joined(separator: ",") + ",DNS:not valid;",
            ])
        let start = try #require(result.output.firstRange(of: "-----BEGIN CERTIFICATE"), "\(result.error)")
        return Certificate(
            chainPEM: String(result.output[start.lowerBound...]), keyPEM: String(result.output[..<start.lowerBound]))
    }

    static func encrypted(_ key: String) async throws -> String {
        try await shell("openssl", ["pkey", "-aes128", "-passout", "pass:secret"], input: key).output
    }

    static func damaged(_ text: String) -> String {
        var lines = text.split(separator: "\n").map(String.init)
        lines.remove(at: 2)
        return lines.joined(separator: "\n") + "\n"
    }
}

extension NginxFixture {
    /// Installs an app with a certificate and both shared ports.
    func secure(_ name: String, _ domains: [String]) async throws -> VirtualHost {
        let vhost = VirtualHost(
            app: try app(name), domains: try domains.map(domain),
            mappings: [try mapping("http:\(http):1"), try mapping("https:\(https):1")],
            certificate: try await TestCertificate.make(domains[0]))
        try await server.install(vhost)
        return vhost
    }

    /// What openssl's client tells of a handshake.
    func handshake(_ name: String, _ options: [String]) async throws -> String {
        let result = try await shell(
            "openssl", ["s_client", "-brief", "-connect", "127.0.0.1:\(https)", "-servername", name] + options)
        return result.output + result.error
    }

    /// The answer with its head, over TLS.
    func curl(_ name: String, _ path: String = "/", headers: [String] = []) async throws -> String {
        let extra = headers.flatMap { ["-H", $0] }
        return try await shell(
            "curl", ["-sik", "--resolve", "\(name):\(https):127.0.0.1"] + extra + ["https://\(name):\(https)\(path)"]
        ).output
    }
}
