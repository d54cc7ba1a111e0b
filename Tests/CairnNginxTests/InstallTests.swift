import CairnCore
import CairnNginx
import Glibc
import SystemPackage
import Testing

extension RealNginx {
    @Suite("Installing") struct InstallTests {
        @Test func refusedConfigurationChangesNothingAndHoldsUpNobody() async throws {
            try await Backends.run(["a", "b"]) { backends in
                try await NginxFixture.run { nginx in
                    try await nginx.serve("a", ["a.example.com"], backends)
                    let before = try await nginx.liveTree()
                    let status = await nginx.server.status()
                    let snippets = nginx.directory.appending("root/nginx/nginx.conf.d/a").string
                    mkdir(snippets, 0o755)
                    try nginx.write("nonsense here;\n", "root/nginx/nginx.conf.d/a/bad.conf")
                    let error = await #expect(throws: CairnError.self) {
                        try await nginx.serve("a", ["a.example.com"], backends)
                    }
                    #expect(error?.code == .nginxRefused)
                    #expect(error?.evidence.contains { $0.contains("unknown directive \"nonsense\"") } == true)
                    #expect(try await nginx.liveTree() == before)
                    #expect(await nginx.server.status() == status)

                    try await nginx.serve("b", ["b.example.com"], backends)
                    #expect(try Client(port: nginx.http).get("a.example.com")?.body.hasPrefix("a\n") == true)
                    #expect(try Client(port: nginx.http).get("b.example.com")?.body.hasPrefix("b\n") == true)

                    try nginx.write("add_header X-Snippet yes;\n", "root/nginx/nginx.conf.d/a/bad.conf")
                    try await nginx.serve("a", ["a.example.com"], backends)
                    #expect(try Client(port: nginx.http).get("a.example.com")?.headers["x-snippet"] == "yes")
                }
            }
        }

        @Test func nameAndPortOfAnotherAppAreRefused() async throws {
            try await NginxFixture.run { nginx in
                try await nginx.serve("a", ["a.example.com"], nil)
                let before = try await nginx.liveTree()
                let taken = await #expect(throws: CairnError.self) {
                    try await nginx.serve("b", ["b.com", "a.example.com"], nil)
                }
                #expect(taken?.code == .domainTaken)
                #expect(taken?.message == "a.example.com on port \(nginx.http) is already served by the app a")
                let mixed = await #expect(throws: CairnError.self) {
                    try await nginx.server.install(
                        VirtualHost(
                            app: try app("b"), domains: [try domain("b.com")],
                            mappings: [try mapping("grpc:\(nginx.http):1")]))
                }
                #expect(mixed?.code == .invalidValue)
                #expect(try await nginx.liveTree() == before)
            }
        }

        @Test func reloadThatDoesNotComeAboutIsTakenBack() async throws {
            try await NginxFixture.run(reloadDeadline: .seconds(4)) { nginx in
                try await nginx.serve("a", ["a.example.com"], nil)
                let squatter = try Squatter()
                let port = squatter.port
                let error = await #expect(throws: CairnError.self) {
                    try await nginx.server.install(
                        VirtualHost(
                            app: try app("b"), domains: [try domain("b.com")], mappings: [try mapping("http:\(port):1")]
                        ))
                }
                #expect(error?.code == .nginxRefused)
                #expect(error?.evidence.contains { $0.contains("Address already in use") } == true)
                let status = await nginx.server.status()
                #expect(status.isCurrent)
                #expect(try status.apps == [app("a")])
                try await nginx.serve("c", ["c.example.com"], nil)
                #expect(try Client(port: nginx.http).get("c.example.com")?.status == 503)
            }
        }

        @Test func reloadThatFailsForOneOfManyIsRefusedToThatOneAlone() async throws {
            try await NginxFixture.run(reloadDeadline: .seconds(4)) { nginx in
                try await nginx.serve("a", ["a.example.com"], nil)
                let squatter = try Squatter()
                let ports = [nginx.http, squatter.port, nginx.http, nginx.http]
                let results = try await withThrowingTaskGroup(of: (Int, CairnError.Code?).self) { group in
                    for (index, port) in ports.enumerated() {
                        let server = NginxServer(host: nginx.host)
                        let vhost = VirtualHost(
                            app: try app("app\(index)"), domains: [try domain("app\(index).example.com")],
                            mappings: [try mapping("http:\(port):1")])
                        group.addTask {
                            do {
                                try await server.install(vhost)
                                return (index, nil)
                            } catch let error as CairnError {
                                return (index, error.code)
                            }
                        }
                    }
                    return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                #expect(results == [1: .nginxRefused])
                for index in [0, 2, 3] {
                    #expect(try Client(port: nginx.http).get("app\(index).example.com")?.status == 503)
                }
                #expect(await nginx.server.status().isCurrent)
                #expect(await nginx.server.status().apps.count == 4)
            }
        }

        @Test func changesOfManyProcessesAtOnceAllComeIntoForce() async throws {
            try await NginxFixture.run { nginx in
                let names = (1...12).map { "app\($0)" }
                try await withThrowingTaskGroup(of: (NginxServer.Change, Int?).self) { group in
                    for name in names {
                        // Each has a server of its own, as each process has.
                        let server = NginxServer(host: nginx.host)
                        let vhost = VirtualHost(
                            app: try app(name), domains: [try domain("\(name).example.com")],
                            mappings: [try mapping("http:\(nginx.http):1")], standsAlone: true)
                        group.addTask {
                            let change = try await server.install(vhost)
                            return (change, try Client(port: nginx.http).get("\(name).example.com")?.status)
                        }
                    }
                    for try await (change, status) in group {
                        #expect(change == .installed)
                        #expect(status == 503)
                    }
                }
                #expect(await nginx.server.status().apps.count == 12)
            }
        }

        @Test func stoppedNginxIsReportedAndServesWhatWasInstalledWhenItStarts() async throws {
            try await Backends.run(["a"]) { backends in
                try await NginxFixture.run { nginx in
                    await nginx.stop()
                    let error = await #expect(throws: CairnError.self) {
                        try await nginx.serve("a", ["a.example.com"], nil)
                    }
                    #expect(error?.code == .nginxDown)
                    let key = MappingKey(scheme: .http, hostPort: nginx.http)
                    let second = await #expect(throws: CairnError.self) {
                        try await nginx.server.setEndpoints([key: [try backends.endpoint("a")]], for: try app("a"))
                    }
                    #expect(second?.code == .nginxDown)
                    #expect(await nginx.server.status().running == nil)
                    try await nginx.start()
                    #expect(try Client(port: nginx.http).get("a.example.com")?.body.hasPrefix("a\n") == true)
                    #expect(await nginx.server.status().isCurrent)
                }
            }
        }

        @Test func socketOfAKilledNginxDoesNotKeepTheNextFromStarting() async throws {
            try await NginxFixture.run { nginx in
                let socket = nginx.directory.appending("root/nginx/run/control.sock")
                let copy = nginx.directory.appending("root/nginx/run/kept").string
                // What a kill leaves: a socket file that nobody listens on.
                #expect(link(socket.string, copy) == 0)
                await nginx.stop()
                #expect(rename(copy, socket.string) == 0)
                try await nginx.server.bootstrap()
                try await nginx.start()
                #expect(await nginx.server.status().isCurrent)
            }
        }

        @Test func removedAppIsNoLongerAnswered() async throws {
            try await Backends.run(["a", "b"]) { backends in
                try await NginxFixture.run { nginx in
                    try await nginx.serve("a", ["a.example.com"], backends)
                    try await nginx.serve("b", ["b.example.com"], backends)
                    #expect(try await nginx.server.remove(app: try app("a")) == .installed)
                    #expect(try await nginx.server.remove(app: try app("a")) == .unchanged)
                    #expect(try Client(port: nginx.http).get("a.example.com") == nil)
                    #expect(try Client(port: nginx.http).get("b.example.com")?.body.hasPrefix("b\n") == true)
                    #expect(try await nginx.server.endpoints(for: try app("a")).isEmpty)
                }
            }
        }

        @Test func pluginMayEditTheFileOfAVhostThatStandsAlone() async throws {
            try await NginxFixture.run { nginx in
                let vhost = VirtualHost(
                    app: try app("a"), domains: [try domain("a.example.com")],
                    mappings: [try mapping("http:\(nginx.http):1")],
                    standsAlone: true)
                try await nginx.server.install(vhost) { file in
                    let text = try nginx.read(file)
                    let redirect =
                        "server { listen \(nginx.http); server_name old.example.com; return 302 http://a.example.com/; }\n"
                    let descriptor = try FileDescriptor.open(file, .writeOnly, options: [.truncate])
                    _ = try descriptor.closeAfter { try descriptor.writeAll(Array((redirect + text).utf8)) }
                }
                #expect(try Client(port: nginx.http).get("old.example.com")?.status == 302)
                #expect(try await nginx.server.configuration(of: vhost.app)?.contains("old.example.com") == true)
            }
        }

        @Test func bootstrapRunsAgainWithoutAChangeAndPutsBackWhatIsGone() async throws {
            try await NginxFixture.run { nginx in
                try await nginx.serve("a", ["a.example.com"], nil)
                #expect(try await nginx.server.bootstrap() == .unchanged)
                unlink(nginx.directory.appending("root/nginx/live.conf").string)
                try await nginx.server.replaceAll([
                    nginx.vhost("a", ["a.example.com"]), nginx.vhost("b", ["b.example.com"]),
                ])
                #expect(try await nginx.server.status().apps == [app("a"), app("b")])
                #expect(try Client(port: nginx.http).get("b.example.com")?.status == 503)
            }
        }

        @Test func mainConfigurationWithoutCairnIsNamed() async throws {
            try await NginxFixture.run { nginx in
                try nginx.write("", "etc/conf.d/cairn.conf")
                let error = await #expect(throws: CairnError.self) { try await nginx.server.bootstrap() }
                #expect(error?.code == .nginxRefused)
                #expect(
                    error?.message == "\(nginx.host.mainConfiguration) does not include \(nginx.host.configurationFile)"
                )
            }
        }
    }
}

extension NginxFixture {
    func vhost(_ name: String, _ domains: [String]) throws -> VirtualHost {
        VirtualHost(app: try app(name), domains: try domains.map(domain), mappings: [try mapping("http:\(http):5000")])
    }

    /// Installs an app with plain HTTP and, if there is a backend of its name, sends its requests there.
    func serve(_ name: String, _ domains: [String], _ backends: Backends?) async throws {
        let vhost = try vhost(name, domains)
        try await server.install(vhost)
        if let backends {
            try await server.setEndpoints([vhost.mappings[0].key: [try backends.endpoint(name)]], for: vhost.app)
        }
    }
}

/// Holds a port that nginx would like to have; its test takes an address in use for its own.
final class Squatter: Sendable {
    let port: Int
    private let descriptor: CInt

    init() throws {
        descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let number = descriptor
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, length) == 0 ? getsockname(number, $0, &length) : -1
            }
        }
        guard result == 0, listen(descriptor, 1) == 0 else { throw Errno(rawValue: errno) }
        port = Int(UInt16(bigEndian: address.sin6_port))
    }

    deinit { close(descriptor) }
}
