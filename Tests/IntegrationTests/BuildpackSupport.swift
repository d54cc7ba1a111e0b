import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

/// Serves git repositories and files over http, as a web server with a bare repository on it does.
struct BuildpackServer {
    let host: TestHost
    private let directory: String
    private let port: Int
    private let nginx: ServerProcess

    static func run(on host: TestHost, _ body: (BuildpackServer) async throws -> Void) async throws {
        let server = try BuildpackServer(host)
        try await server.nginx.start(until: .port(server.port))
        defer { server.nginx.stop() }
        try await body(server)
    }

    private init(_ host: TestHost) throws {
        self.host = host
        directory = host.home + "/buildpacks"
        port = try FreePort.next()
        try FileManager.default.createDirectory(atPath: directory + "/www", withIntermediateDirectories: true)
        let configuration = """
            pid \(directory)/pid;
            error_log \(directory)/error.log;
            events {}
            http {
                access_log off;
                client_body_temp_path \(directory)/body;
                proxy_temp_path \(directory)/proxy;
                fastcgi_temp_path \(directory)/fastcgi;
                uwsgi_temp_path \(directory)/uwsgi;
                scgi_temp_path \(directory)/scgi;
                server { listen 127.0.0.1:\(port); root \(directory)/www; }
            }

            """
        try configuration.write(toFile: directory + "/nginx.conf", atomically: true, encoding: .utf8)
        nginx = ServerProcess(
            arguments: ["/usr/sbin/nginx", "-c", directory + "/nginx.conf", "-g", "daemon off; user root;"],
            log: directory + "/log")
    }

    func url(_ name: String) -> String { "http://127.0.0.1:\(port)/\(name)" }

    /// The buildpacks of the tests.
    static var fixtures: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
            + "/Fixtures/buildpacks"
    }

    private func workTree(_ name: String) -> String { directory + "/" + name }

    /// Makes the buildpack of this name a repository, with a first commit, and serves it.
    func publish(_ name: String) async throws -> String {
        try FileManager.default.copyItem(atPath: Self.fixtures + "/" + name, toPath: workTree(name))
        try await host.git("init", "--quiet", "--initial-branch=main", in: workTree(name)).check()
        return try await update(name)
    }

    /// Commits what is in the work tree, and tags it when asked to.
    @discardableResult
    func update(_ name: String, tag: String? = nil) async throws -> String {
        try await host.git("add", "--all", in: workTree(name)).check()
        try await host.git("commit", "--quiet", "--allow-empty", "-m", "a change", in: workTree(name)).check()
        if let tag { try await host.git("tag", "-a", "-m", tag, tag, in: workTree(name)).check() }
        let bare = directory + "/www/\(name).git"
        try? FileManager.default.removeItem(atPath: bare)
        try await host.git("clone", "--quiet", "--bare", workTree(name), bare, in: directory).check()
        try await host.git("update-server-info", in: bare).check()
        return url(name + ".git")
    }

    func write(_ name: String, _ file: String, _ text: String) throws {
        try text.write(toFile: workTree(name) + "/" + file, atomically: true, encoding: .utf8)
    }

    /// Serves the buildpack as an archive, below a directory as code hosts make them.
    func publishArchive(_ name: String) async throws -> String {
        try await host.run(
            "/bin/tar", ["-czf", "\(directory)/www/\(name).tgz", "-C", Self.fixtures, name]
        ).check()
        return url(name + ".tgz")
    }

    /// Serves what a shell script prints, run in a directory of its own.
    func publishFile(_ name: String, madeBy script: String) async throws -> String {
        let place = directory + "/made-" + name
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        try await host.run(
            "/bin/bash", ["-c", "set -e; cd \(place); { \(script); } >\(directory)/www/\(name)"]
        ).check()
        try FileManager.default.removeItem(atPath: place)
        return url(name)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: directory + "/www/" + name) }
}

extension SampleApp {
    /// The app without its Dockerfile.
    static func forBuildpacks(_ name: String, on host: TestHost, files: [String: String] = [:]) async throws
        -> SampleApp
    {
        let app = try await SampleApp(name, on: host, files: files)
        try app.remove("Dockerfile")
        try await app.commit("without a Dockerfile")
        try await host.cairn("apps:create", name).check()
        return app
    }

    /// The current release.
    func release() throws -> Release {
        let store = try host.store()
        return try #require(try store.currentRelease(of: store.app(AppName(validating: name))))
    }

    /// The one container of a process that runs.
    func container(_ process: String = "web") async throws -> ContainerSummary {
        let labels = ["cairn.root=\(try host.store().installationID())", "cairn.process=\(process)"]
        let found = try await host.engine.listContainers(labels: labels)
        return try #require(found.first)
    }

    /// Whether the text is anywhere in the image: its configuration, its history, its layers.
    func imageHolds(_ text: String) async throws -> Bool {
        let file = host.home + "/image.tar"
        let socket = host.settings.engineSocket
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await host.run(
            "/usr/bin/curl",
            [
                "--silent", "--fail", "--unix-socket", socket, "--output", file,
                "http://engine/images/\(release().imageID)/get",
            ]
        ).check()
        let found = try await host.run("/bin/grep", ["--text", "--quiet", "--fixed-strings", "--", text, file])
        return found.status == 0
    }
}
