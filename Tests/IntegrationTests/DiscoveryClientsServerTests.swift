import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Servers that find their targets by Cairn")
    struct DiscoveryClientsServers {
        // MARK: Prometheus

        @Test(
            "Prometheus scrapes the copies of an app that Cairn's HTTP discovery lists",
            .enabled("needs Prometheus") { OutsideProgram.prometheus != nil })
        func prometheusByHTTP() async throws {
            let jobs = """
                  - job_name: web
                    http_sd_configs:
                      - url: "http://127.0.0.1:HTTP/v1/cairn/sd/prometheus?service=web&passing"
                        refresh_interval: 1s
                """
            try await followedByPrometheus(jobs, ownResolver: nil) { targets, _ in
                #expect(targets.allSatisfy { $0.discoveredLabels["__meta_consul_service"] == "web" }, "\(targets)")
            }
        }

        @Test(
            "Prometheus scrapes the copies of an app that SRV records of DNS name, and resolves the names in them",
            .enabled("needs Prometheus") { OutsideProgram.prometheus != nil },
            .enabled("Prometheus asks port 53 alone: needs root and CAP_SYS_ADMIN to give it a resolv.conf of its own")
            {
                OutsideProgram.canHaveOwnResolver
            })
        func prometheusByDNS() async throws {
            let jobs = """
                  - job_name: web
                    dns_sd_configs:
                      - names: ["_web._tcp.service.cairn"]
                        type: SRV
                        refresh_interval: 1s
                """
            // Any address of 127/8 is this machine's; nobody else has port 53 of this one.
            let resolver = "127.\(UInt8.random(in: 1...254)).\(UInt8.random(in: 1...254)).53"
            try await followedByPrometheus(jobs, ownResolver: resolver) { targets, places in
                let names = places.compactMap { place in
                    let parts = place.split(separator: ":")
                    let octets = parts.first?.split(separator: ".").compactMap { UInt8($0) } ?? []
                    let hex = octets.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                    return "http://\(hex).addr.dc1.cairn:\(parts.last ?? "")/metrics"
                }
                #expect(targets.map(\.scrapeUrl).sorted() == names.sorted())
            }
        }

        /// An app, first with two copies, then one of which has died, is scraped by Prometheus.
        private func followedByPrometheus(
            _ jobs: String, ownResolver: String?, _ check: ([PrometheusTarget], [String]) throws -> Void
        ) async throws {
            try await TestHost.run { host in
                let app = try await measuredApp(host)
                if let ownResolver {
                    try await host.cairn(
                        "discovery:set", "--global", "dns-listen", "127.0.0.1:\(host.dnsPort) \(ownResolver):53"
                    ).check()
                }
                try await host.withDiscovery { _ in
                    try await withPrometheus(host, jobs, ownResolver: ownResolver) { prometheus in
                        for count in [2, 1] {
                            let areUp = try await eventually {
                                let targets = try await prometheus.targets()
                                return targets.count == count && targets.allSatisfy { $0.health == "up" }
                            }
                            let targets = try await prometheus.targets()
                            #expect(areUp, "\(targets)")
                            try check(targets, try await ConsulAsker(host).passing("web"))
                            guard count == 2 else { break }
                            _ = try await host.request("/exit", host: app.domain, options: ["--data", ""])
                        }
                    }
                }
            }
        }

        /// Two copies that say something that Prometheus reads, and stay as they are when they have ended.
        private func measuredApp(_ host: TestHost) async throws -> SampleApp {
            let metrics = SampleApp.server.replacing(
                "return $head if $path eq '/headers';",
                with: "return \"answers 1\\n\" if $path eq '/metrics'; return $head if $path eq '/headers';")
            let app = try await SampleApp("web", on: host, files: ["server.pl": metrics])
            try await host.cairn("apps:create", "web").check()
            try await host.cairn("ps:set", "web", "restart-policy", "no").check()
            try await app.push().check()
            try await host.cairn("ps:scale", "web", "web=2").check()
            return app
        }

        private func withPrometheus(
            _ host: TestHost, _ jobs: String, ownResolver: String?, _ body: (Prometheus) async throws -> Void
        ) async throws {
            let prometheus = Prometheus(host: host, port: try FreePort.next())
            let file = host.root + "/etc/prometheus.yml"
            let text =
                "global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n"
                + jobs.replacing("HTTP", with: "\(host.httpPort)") + "\n"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            var arguments = [
                try #require(OutsideProgram.prometheus), "--config.file", file, "--storage.tsdb.path",
                host.root + "/prometheus", "--web.listen-address", "127.0.0.1:\(prometheus.port)",
            ]
            if let ownResolver {
                let resolver = host.root + "/etc/resolv.conf"
                try "nameserver \(ownResolver)\n".write(toFile: resolver, atomically: true, encoding: .utf8)
                let script = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\""
                arguments = ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, resolver] + arguments
            }
            let server = ServerProcess(arguments: arguments, log: host.root + "/etc/prometheus.log")
            defer { server.stop() }
            try await server.start(until: .port(prometheus.port))
            try await body(prometheus)
        }

        // MARK: HAProxy

        @Test(
            "HAProxy's server-template follows the SRV records of an app as its copies come and go",
            .enabled("needs HAProxy") { OutsideProgram.haproxy != nil })
        func haproxy() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("ps:set", "web", "restart-policy", "no").check()
                try await app.push().check()
                try await host.withDiscovery { _ in
                    try await withHAProxy(host) { port in
                        try await expectSoon({ try await answering(host, port) }) { $0 == ["web.1"] }
                        try await host.cairn("ps:scale", "web", "web=3").check()
                        try await expectSoon({ try await answering(host, port) }) { $0 == ["web.1", "web.2", "web.3"] }
                        try await host.engine.killContainer(await host.container(of: "web", "web.2"))
                        try await expectSoon({ try await answering(host, port) }) { $0 == ["web.1", "web.3"] }
                        try await host.cairn("ps:scale", "web", "web=1").check()
                        try await expectSoon({ try await answering(host, port) }) { $0 == ["web.1"] }
                    }
                }
            }
        }

        /// The copies that answer ten requests through HAProxy.
        private func answering(_ host: TestHost, _ port: Int) async throws -> Set<String> {
            var names: Set<String> = []
            for _ in 0..<10 {
                let reply = try await host.request(host: "127.0.0.1", port: port, options: ["--max-time", "10"])
                let words = reply.body.split(separator: " ").map(String.init)
                names.insert(reply.status == 200 && words.count > 2 ? words[2] : "\(reply.status)")
            }
            return names
        }

        private func withHAProxy(_ host: TestHost, _ body: (Int) async throws -> Void) async throws {
            let port = try FreePort.next()
            let file = host.root + "/etc/haproxy.cfg"
            let text = """
                resolvers cairn
                    nameserver cairn 127.0.0.1:\(host.dnsPort)
                    accepted_payload_size 8192
                    timeout resolve 200ms
                    timeout retry 200ms
                    hold obsolete 0s
                    hold valid 200ms
                defaults
                    mode http
                    retries 0
                    timeout connect 5s
                    timeout client 10s
                    timeout server 10s
                frontend in
                    bind 127.0.0.1:\(port)
                    default_backend web
                backend web
                    balance roundrobin
                    server-template web 5 _web._tcp.service.cairn resolvers cairn init-addr none

                """
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let server = ServerProcess(
                arguments: [try #require(OutsideProgram.haproxy), "-db", "-f", file],
                log: host.root + "/etc/haproxy.log")
            defer { server.stop() }
            try await server.start(until: .port(port))
            try await body(port)
        }
    }
}

private struct PrometheusTarget: Decodable {
    let discoveredLabels: [String: String]
    let scrapeUrl: String
    /// `up`, `down` or `unknown`.
    let health: String
}

private struct Prometheus {
    let host: TestHost
    let port: Int

    private struct Answer: Decodable {
        struct Targets: Decodable { let activeTargets: [PrometheusTarget] }
        let data: Targets
    }

    /// What it scrapes now; nothing before it answers.
    func targets() async throws -> [PrometheusTarget] {
        let reply = try await host.request("/api/v1/targets?state=active", host: "127.0.0.1", port: port)
        guard reply.status == 200 else { return [] }
        return try JSONDecoder().decode(Answer.self, from: Data(reply.body.utf8)).data.activeTargets
    }
}
