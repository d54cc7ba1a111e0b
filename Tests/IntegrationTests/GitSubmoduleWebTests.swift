import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Submodules from web servers")
    struct GitSubmodulesOfTheWeb {
        @Test("Public ones come over http and https, by push and git:sync; an authority of the host's is trusted")
        func arrive() async throws {
            try await TestHost.run { host in
                try await GitWebServer.run(on: host) { server in
                    let app = try await SampleApp.withoutCopies("web", on: host)
                    try await server.publishLibrary()
                    try await app.addSubmodules([
                        "vendor/plain": server.url("lib.git"), "vendor/secure": server.secureURL("lib.git"),
                    ])
                    let stranger = try await app.push()
                    #expect(stranger.status != 0 && stranger.errorBlocks == 1, "\(stranger)")
                    #expect(stranger.error.contains("'vendor/secure' could not be fetched"), "\(stranger)")
                    #expect(try app.liveVersions().isEmpty)

                    try await host.cairn(
                        "buildpacks:set-property", "--global", "ca-certificates", server.certificate
                    ).check()
                    try await app.push().check()
                    let line = "cat vendor/plain/text vendor/secure/text"
                    #expect(try await app.run(line).check().lines == ["of the library", "of the library"])

                    try await server.publish(app.directory, as: "app.git")
                    try await host.cairn("apps:create", "copy").check()
                    try await host.cairn("ps:scale", "copy", "web=0").check()
                    for url in [server.url("app.git"), server.secureURL("app.git")] {
                        try await host.cairn("git:sync", "--build", "copy", url, "main").check()
                        let copied = try await host.cairn("run", "copy", line).check()
                        #expect(copied.lines == ["of the library", "of the library"])
                    }
                }
            }
        }

        @Test("One that would run a program is refused in a repository that git:sync fetches, in one clear message")
        func hostile() async throws {
            try await TestHost.run { host in
                try await GitWebServer.run(on: host) { server in
                    let app = try await SampleApp.withoutCopies("web", on: host)
                    try await server.publish(app.directory, as: "app.git")
                    try await host.cairn("git:sync", "--build", "web", server.url("app.git"), "main").check()
                    let good = try await app.revision()
                    let marker = host.root + "/marker"
                    for url in ["ext::sh -c touch% \(marker)", "--upload-pack=touch \(marker)", "file://\(host.root)"] {
                        try await app.addSubmodules(["vendor/lib": url])
                        try await server.publish(app.directory, as: "app.git")
                        let sync = try await host.cairn("git:sync", "--build", "web", server.url("app.git"), "main")
                        #expect(sync.status == 1 && sync.errorBlocks == 1, "\(url): \(sync)")
                        #expect(
                            sync.error.contains("The submodule 'vendor/lib' is not fetched: its URL '\(url)'"),
                            "\(sync)")
                        #expect(!FileManager.default.fileExists(atPath: marker), "\(url)")
                        #expect(try await app.stored() == good)
                    }
                    #expect(try app.liveVersions() == [1])
                }
            }
        }
    }
}

extension SampleApp {
    /// Commits submodules that are all at the first commit of `GitWebServer`'s library, as they are before anybody has
    /// fetched them.
    fileprivate func addSubmodules(_ urls: [String: String]) async throws {
        for (path, url) in urls.sorted(by: { $0.key < $1.key }) {
            let section = "submodule.\(path)"
            for (key, value) in [("path", path), ("url", url)] {
                try await host.git(
                    "config", "--file", ".gitmodules", "\(section).\(key)", value, in: directory
                ).check()
            }
            try FileManager.default.createDirectory(
                atPath: directory + "/" + path, withIntermediateDirectories: true)
            try await host.git(
                "update-index", "--add", "--cacheinfo", "160000,\(GitWebServer.libraryCommit),\(path)", in: directory
            ).check()
        }
        try await commit("submodules")
    }
}

/// A web server with bare repositories on it, over http and, with a certificate that nobody trusts yet, over https.
private struct GitWebServer {
    /// Of a commit with fixed content, author and time.
    static let libraryCommit = "1234d48586cb0b9cbd749eedb1a53c4b5bdfdbd5"

    let host: TestHost
    let certificate: String
    private let directory: String
    private let ports: (http: Int, https: Int)

    static func run(on host: TestHost, _ body: (GitWebServer) async throws -> Void) async throws {
        let server = try await GitWebServer(host)
        let nginx = ServerProcess(
            arguments: ["/usr/sbin/nginx", "-c", server.directory + "/nginx.conf", "-g", "daemon off; user root;"],
            log: server.directory + "/log")
        try await nginx.start(until: .port(server.ports.https))
        defer { nginx.stop() }
        try await body(server)
    }

    private init(_ host: TestHost) async throws {
        self.host = host
        directory = host.home + "/git-web"
        certificate = directory + "/certificate.pem"
        ports = (try FreePort.next(), try FreePort.next())
        try FileManager.default.createDirectory(atPath: directory + "/www", withIntermediateDirectories: true)
        try await host.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=git-web", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", directory + "/key.pem",
                "-out", certificate,
            ]
        ).check()
        let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(directory)/\($0);" }
        let configuration = """
            pid \(directory)/pid;
            error_log \(directory)/error.log;
            events {}
            http {
                access_log off;
                \(places.joined(separator: " "))
                ssl_certificate \(certificate);
                ssl_certificate_key \(directory)/key.pem;
                root \(directory)/www;
                server { listen 127.0.0.1:\(ports.http); }
                server { listen 127.0.0.1:\(ports.https) ssl; }
            }

            """
        try configuration.write(toFile: directory + "/nginx.conf", atomically: true, encoding: .utf8)
    }

    func url(_ name: String) -> String { "http://127.0.0.1:\(ports.http)/\(name)" }
    func secureURL(_ name: String) -> String { "https://127.0.0.1:\(ports.https)/\(name)" }

    /// Serves what the repository has now.
    func publish(_ repository: String, as name: String) async throws {
        let bare = directory + "/www/" + name
        try? FileManager.default.removeItem(atPath: bare)
        try await host.git("clone", "--quiet", "--bare", repository, bare, in: directory).check()
        try await host.git("update-server-info", in: bare).check()
    }

    /// Serves a library whose branch has moved on from `libraryCommit`.
    func publishLibrary() async throws {
        let work = directory + "/library"
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        try await host.git("init", "--quiet", "--initial-branch=main", in: work).check()
        let fixed = Dictionary(
            uniqueKeysWithValues: ["AUTHOR", "COMMITTER"].flatMap { who in
                [
                    ("GIT_\(who)_NAME", "Ada"), ("GIT_\(who)_EMAIL", "ada@example.com"),
                    ("GIT_\(who)_DATE", "@1700000000 +0000"),
                ]
            })
        for text in ["of the library", "moved on"] {
            try "\(text)\n".write(toFile: work + "/text", atomically: true, encoding: .utf8)
            try await host.git("add", "--all", in: work).check()
            try await host.git("commit", "--quiet", "-m", text, in: work, environment: fixed).check()
        }
        let commits = try await host.git("rev-list", "--reverse", "HEAD", in: work).check().lines
        try #require(commits.first == Self.libraryCommit)
        try await publish(work, as: "lib.git")
    }
}
