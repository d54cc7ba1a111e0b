import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Synchronization

/// What dig(1) shows of an answer.
struct DNSReply: CustomStringConvertible {
    let description: String
    /// `NOERROR`, `NXDOMAIN`; empty when nobody answered.
    private(set) var status = ""
    /// The words of each record, by the section's name.
    private var sections: [String: [[String]]] = [:]

    init(parsing output: String) {
        description = output
        var section = ""
        for line in output.split(separator: "\n") {
            if line.hasPrefix(";; ->>HEADER<<-") {
                let words = line.split { $0 == " " || $0 == "," }
                status = words.firstIndex(of: "status:").map { String(words[$0 + 1]) } ?? ""
            } else if line.hasPrefix(";; "), line.hasSuffix(" SECTION:") {
                section = String(line.dropFirst(3).dropLast(" SECTION:".count))
            } else if !line.hasPrefix(";") {
                sections[section, default: []].append(line.split(whereSeparator: \.isWhitespace).map(String.init))
            }
        }
    }

    /// What the records of the answer say, sorted.
    var values: [String] { data("ANSWER") }
    var additional: [String] { data("ADDITIONAL") }
    var authority: [String] { data("AUTHORITY") }
    /// How long the records may be remembered.
    var timesToLive: Set<String> { Set((sections["ANSWER"] ?? []).map { $0[1] }) }

    private func data(_ section: String) -> [String] {
        (sections[section] ?? []).map { $0.dropFirst(4).joined(separator: " ") }.sorted()
    }
}

/// What the daemon answers over HTTP.
struct CatalogReply: CustomStringConvertible {
    let reply: Reply
    var description: String { "\(reply)" }
    var status: Int { reply.status }
    var body: String { reply.body }
    /// The counter that a client waits beyond; 0 when there is none.
    var index: UInt64 { reply.values("x-consul-index").first.flatMap { UInt64($0) } ?? 0 }

    func json() throws -> JSONValue { try JSONValue(parsing: body, file: "the answer") }
}

/// An instance of a service, as `/v1/health/service/…` tells it.
struct CatalogInstance: Equatable {
    let id: String
    let address: String
    let port: Int
    let tags: [String]
    let meta: [String: String]
    /// The status of each check and what it said, without the node's own.
    let checks: [Check]

    struct Check: Equatable {
        let id: String
        let status: String
        let output: String
    }

    init(_ entry: JSONValue) {
        let service = entry["Service"]
        id = service["ID"].string
        address = service["Address"].string
        port = service["Port"].number
        tags = service["Tags"].items.map(\.string)
        meta = service["Meta"].members.mapValues(\.string)
        checks = entry["Checks"].items.filter { !$0["ServiceID"].string.isEmpty }.map {
            Check(id: $0["CheckID"].string, status: $0["Status"].string, output: $0["Output"].string)
        }
    }

    var location: String { "\(address):\(port)" }
    /// That of the worst check.
    var status: String {
        ["critical", "warning"].first { status in checks.contains { $0.status == status } } ?? "passing"
    }
    /// What the checks said that do not pass.
    var complaint: String { checks.filter { $0.status != "passing" }.map(\.output).joined(separator: "; ") }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue { members[name] ?? .null }
    var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
    var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
    var string: String { if case .string(let text) = self { text } else { "" } }
    var number: Int { if case .integer(let number) = self { number } else { -1 } }
}

/// Where the web copies of an app are found.
struct Sight: Equatable {
    let byDNS: [String]
    let byHTTP: [String]
    /// How many nginx sends requests to.
    let endpoints: Int

    /// Everywhere at the same addresses, on the port that apps are told.
    init(_ addresses: [String]) {
        (byDNS, byHTTP, endpoints) = (addresses.sorted(), addresses.map { $0 + ":5000" }.sorted(), addresses.count)
    }

    init(of app: String, on host: TestHost) async throws {
        byDNS = try await host.dig("\(app).cairn").values
        byHTTP = try await host.passing(app)
        endpoints = try await host.endpoints(of: app)
    }
}

extension TestHost {
    /// Returns whether an app comes to be found at those addresses, and at no others.
    func finds(_ app: String, at addresses: [String]) async throws -> Bool {
        try await eventually { try await Sight(of: app, on: self) == Sight(addresses) }
    }

    /// Asks the daemon's DNS server, once.
    func dig(
        _ name: String, _ type: String = "A", at address: String = "127.0.0.1", port: Int? = nil,
        options: [String] = []
    ) async throws -> DNSReply {
        let outcome = try await run(
            "/usr/bin/dig",
            [
                "@\(address)", "-p", "\(port ?? dnsPort)", name, type, "+tries=1", "+time=5", "+noall", "+comments",
                "+answer", "+authority", "+additional",
            ] + options)
        return DNSReply(parsing: outcome.output)
    }

    /// Asks the daemon over HTTP.
    func catalog(
        _ path: String, _ method: String = "GET", body: String? = nil, options: [String] = []
    ) async throws -> CatalogReply {
        let content = body.map { ["--data-binary", $0] } ?? []
        return CatalogReply(
            reply: try await request(
                path, host: "127.0.0.1", port: httpPort, options: ["--request", method] + content + options))
    }

    /// The instances of a service, well or not, in the order of their ids.
    func instances(of service: String) async throws -> [CatalogInstance] {
        try await catalog("/v1/health/service/\(service)").json().items.map(CatalogInstance.init)
    }

    /// Where the instances are that may be used.
    func passing(_ service: String) async throws -> [String] {
        try await catalog("/v1/health/service/\(service)?passing").json().items
            .map { CatalogInstance($0).location }.sorted()
    }

    /// Returns whether the only instance of a service comes to have a status.
    func turns(_ service: String, _ status: String) async throws -> Bool {
        try await eventually { try await instances(of: service).map(\.status) == [status] }
    }

    /// Runs the daemon beside the body, once it answers DNS and HTTP.
    func withDiscovery(_ body: (ServerProcess) async throws -> Void) async throws {
        try await withDaemon { daemon in
            let answers = try await eventually {
                let isServed = try await !dig("consul", "SOA").status.isEmpty
                let status = try await catalog("/v1/status/leader").status
                return isServed && status == 200
            }
            guard answers else { throw TestHostError("the daemon answers neither DNS nor HTTP") }
            try await body(daemon)
        }
    }

    /// What a command prints as JSON.
    func cairnJSON(_ arguments: String...) async throws -> JSONValue {
        let words = arguments + ["--format", "json"]
        let outcome = try await run(executable, words, environment: ["CAIRN_ROOT": root, "SSH_USER": "root"]).check()
        return try JSONValue(parsing: outcome.output, file: outcome.command)
    }

    /// The addresses of the copies of a process of an app, in the order of their numbers.
    func addresses(of app: String, _ process: String = "web") throws -> [String] {
        let store = try store()
        return try store.instances(of: store.app(AppName(validating: app)))
            .filter { $0.state == .live && $0.name.process.rawValue == process }
            .sorted { $0.name.index < $1.name.index }.map(\.address.description)
    }

    /// How many containers nginx sends requests of an app to.
    func endpoints(of app: String) async throws -> Int {
        let answer = try await run(
            "/usr/bin/curl",
            [
                "--silent", "--unix-socket", settings.nginxRoot + "/run/control.sock",
                "http://nginx/endpoints?app=\(app)",
            ]
        ).check()
        return answer.output.split(whereSeparator: \.isWhitespace).dropFirst().count
    }

    /// Runs a line of shell in a container and returns what it prints.
    @discardableResult
    func execute(_ line: String, in container: String) async throws -> String {
        let id = try await engine.createExec(container, ExecSpec(cmd: ["/bin/sh", "-c", line]))
        var output: [UInt8] = []
        for try await chunk in try await engine.startExec(id).inbound { output += chunk.bytes }
        return String(decoding: output, as: UTF8.self)
    }
}

/// Containers that are not Cairn's, as anybody starts them beside it. They are removed when the test is over.
final class ForeignContainers: Sendable {
    let host: TestHost
    /// Goes behind names, since other tests may use the engine too.
    let suffix = String(UInt32.random(in: 0...UInt32.max), radix: 16)
    private let ids = Mutex<[String]>([])

    private init(_ host: TestHost) { self.host = host }

    static func on(_ host: TestHost, _ body: (ForeignContainers) async throws -> Void) async throws {
        let containers = ForeignContainers(host)
        do { try await body(containers) } catch {
            await containers.removeAll()
            throw error
        }
        await containers.removeAll()
    }

    /// Starts one, published on loopback only.
    ///
    /// - Parameters:
    ///   - ports: Of the container, such as `80/tcp`, with the ports of the host.
    ///   - program: Of Perl; nil for a web server on port 80 that answers with the status in `/tmp/status`.
    @discardableResult
    func start(
        _ name: String, ports: [String: Int] = [:], labels: [String: String] = [:], env: [String] = [],
        program: String? = nil, healthcheck: Healthcheck? = nil
    ) async throws -> String {
        var spec = ContainerSpec(
            image: "debian:bookworm-slim", cmd: ["perl", "-e", program ?? Self.server], env: env, labels: labels)
        spec.exposedPorts = ports.keys.sorted()
        spec.hostConfig.portBindings = ports.map {
            HostConfig.PortBinding(containerPort: $0.key, hostIP: "127.0.0.1", hostPort: "\($0.value)")
        }
        spec.healthcheck = healthcheck
        let id = try await host.engine.createContainer(name: self.name(name), spec)
        ids.withLock { $0.append(id) }
        try await host.engine.startContainer(id)
        return id
    }

    /// What the engine calls a container that was started under a name.
    func name(_ name: String) -> String { "\(name)-\(suffix)" }

    func remove(_ id: String) async throws { try await host.engine.removeContainer(id, force: true, volumes: true) }

    private func removeAll() async {
        for id in ids.withLock({ $0 }) { try? await remove(id) }
    }

    static let server = #"""
        use IO::Socket::INET; $SIG{TERM} = sub { exit 0 }; $SIG{PIPE} = 'IGNORE';
        my $server = IO::Socket::INET->new(LocalPort => 80, Listen => 50, ReuseAddr => 1) or die;
        while (1) {
            my $client = $server->accept or next;
            my $line = <$client>;
            my $status = '200 OK';
            if (open my $file, '<', '/tmp/status') { chomp($status = <$file>) }
            print $client "HTTP/1.1 $status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            close $client;
        }
        """#

    /// Does nothing until it is told to end.
    static let idle = "$SIG{TERM} = sub { exit 0 }; sleep 1 while 1"
}
