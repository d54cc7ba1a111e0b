import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Glibc
import Testing

extension HostTests {
    @Suite("Registries outside")
    struct DiscoveryBackends {
        @Test(
            "Consul, etcd, SkyDNS's records and files get containers and copies of apps as they come and go, and their health",
            .enabled("needs Consul and etcd; CAIRN_TEST_CONSUL and CAIRN_TEST_ETCD name them") {
                OutsideProgram.consul != nil && OutsideProgram.etcd != nil
            })
        func follow() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await host.cairn("apps:create", "web").check()
                // The engine is to leave what has ended, so that the time in between can be seen.
                try await host.cairn("ps:set", "web", "restart-policy", "no").check()
                try await app.push().check()
                try await withRegistries(host) { registries in
                    try await host.cairn("discovery:set", "--global", "backends", registries.urls).check()
                    try await host.withDiscovery { _ in
                        try await OutsideContainers.with(host.engine) { containers in
                            try await followContainer(registries, containers)
                        }
                        try await followApp(app, registries)
                    }
                }
            }
        }

        private func followContainer(_ registries: Registries, _ containers: OutsideContainers) async throws {
            let (name, service) = (containers.name("cache"), containers.name("redis"))
            let id = try await containers.start("cache", service: service, ports: [6379])
            try await expectSoon({ try await registries.places(service) }) { $0.allSatisfy { $0.count == 1 } }
            let places = try await registries.places(service)
            #expect(Set(places.compactMap(\.first)).count == 1, "all say the same: \(places)")
            #expect(try await registries.consul.entries(service).map(\.Service.ID) == ["node1:\(name):6379"])

            try await containers.engine.pauseContainer(id)
            try await expectSoon({ try await registries.consul.passing(service) }) { $0 == [] }
            try await expectSoon({ try registries.files(service) }) { $0 == ["critical"] }
            #expect(try await registries.consul.entries(service).count == 1)
            try await containers.engine.unpauseContainer(id)
            try await expectSoon({ try await registries.consul.passing(service).count }) { $0 == 1 }

            try await containers.remove(id)
            try await expectSoon({ try await registries.places(service) }) { $0.allSatisfy(\.isEmpty) }
        }

        private func followApp(_ app: SampleApp, _ registries: Registries) async throws {
            try await app.host.cairn("ps:scale", "web", "web=2").check()
            try await expectSoon({ try await registries.places("web") }) { $0.allSatisfy { $0.count == 2 } }
            // nginx gives a request that a copy did not answer to another copy, unless it is a POST.
            _ = try await app.host.request("/exit", host: app.domain, options: ["--data", ""])
            try await expectSoon({ try await registries.consul.passing("web").count }) { $0 == 1 }
            try await app.host.cairn("ps:stop", "web").check()
            try await expectSoon({ try await registries.places("web") }) { $0.allSatisfy(\.isEmpty) }
        }

        @Test(
            "Registries that are down or hang keep nothing waiting, and get all that has happened when they are back",
            .enabled("needs etcd; CAIRN_TEST_ETCD names the program") { OutsideProgram.etcd != nil })
        func down() async throws {
            try await TestHost.run { host in
                let hanging = try SilentServer()
                let files = host.root + "/files"
                try await withEtcd(host) { etcd, port in
                    try await host.cairn(
                        "discovery:set", "--global", "backends",
                        "consul://127.0.0.1:\(hanging.port) etcd://127.0.0.1:\(port)/services directory://\(files)"
                    ).check()
                    etcd.stop()
                    try await host.withDiscovery { _ in
                        let app = try await SampleApp("web", on: host)
                        try await app.push().check()
                        #expect(try await app.get() == ("one web web.1 v1", "200"))
                        // The deploy is over, so all that Cairn answers by itself has to be right.
                        let place = try await ConsulAsker(host).passing("web")
                        #expect(place.count == 1)
                        // A registry that is well does not wait for those that are not.
                        try await expectSoon({ try FileManager.default.entries(files) }) { $0.count == 1 }
                        try await expectSoon({ try await Self.unwell(host) }) { $0 == ["consul", "etcd"] }
                        try await host.cairn("ps:scale", "web", "web=2").check()

                        try await startEtcd(etcd, host, port)
                        let keys = { try await etcdKeys(host, port, "/services/web/") }
                        try await expectSoon(keys, within: .seconds(120)) { $0.count == 2 }
                        #expect(try await Self.unwell(host) == ["consul"])
                    }
                }
            }
        }

        /// The schemes of the backends that do not work now.
        private static func unwell(_ host: TestHost) async throws -> [String] {
            struct Report: Decodable {
                struct Server: Decodable {
                    let kind: String
                    let name: String
                    let well: Bool
                }
                let servers: [Server]
            }
            let text = try await host.cairn("services:report", "--format", "json").check().output
            let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
            return report.servers.filter { $0.kind == "backend" && !$0.well }
                .map { String($0.name.prefix { $0 != ":" }) }.sorted()
        }
    }
}

extension FileManager {
    /// The names in a directory; none when there is no such directory yet.
    func entries(_ path: String) throws -> [String] {
        fileExists(atPath: path) ? try contentsOfDirectory(atPath: path) : []
    }
}

/// Listens, and never says a word: connections stand in the kernel's queue.
private final class SilentServer: Sendable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        port = try FreePort.next()
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard bound, listen(descriptor, 64) == 0 else { throw TestHostError("port \(port) cannot be listened on") }
    }

    deinit { close(descriptor) }
}
