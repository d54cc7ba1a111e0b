import CairnCatalog
import CairnCore
import CairnDiscovery
import DockerEngine
import Testing

/// Which ports become services and at which address: https://gliderlabs.github.io/registrator/latest/user/services/.
@Suite("Registrator: ports and addresses")
struct RegistratorPortsTests {
    @Test("A published port is a service at the host's address, by either set of rules", arguments: [false, true])
    func onePort(isStrict: Bool) throws {
        let redis = ContainerFixture(
            name: "redis.0", image: "progrium/redis", published: [("6379/tcp", "0.0.0.0", 10000)])
        let registration = try redis.registration(.standard { $0.isStrict = isStrict })
        #expect(registration.services.map(\.line) == ["redis | host1:redis.0:6379 | 192.0.2.10:10000"])
        #expect(registration.services.first?.tags == [])
        #expect(registration.services.first?.meta == [:])
        #expect(registration.services.first?.origin == .container(id: "c1c1c1"))
    }

    @Test("Several ports carry their number in the name", arguments: [false, true])
    func severalPorts(isStrict: Bool) throws {
        let nginx = ContainerFixture(
            image: "nginx", published: [("443/tcp", "0.0.0.0", 4443), ("80/tcp", "0.0.0.0", 8000)])
        #expect(
            try nginx.lines(.standard { $0.isStrict = isStrict }) == [
                "nginx-80 | host1:c1:80 | 192.0.2.10:8000", "nginx-443 | host1:c1:443 | 192.0.2.10:4443",
            ])
    }

    @Test("UDP is told by a tag and in the id, and the same number twice makes a group")
    func udp() throws {
        var dns = ContainerFixture(image: "dns", published: [("53/udp", "0.0.0.0", 53)])
        let registration = try dns.registration(.standard())
        #expect(registration.services.map(\.line) == ["dns | host1:c1:53:udp | 192.0.2.10:53"])
        #expect(registration.services.first?.tags == ["udp"])
        dns.published.append(("53/tcp", "0.0.0.0", 53))
        #expect(
            try dns.lines(.standard()) == [
                "dns-53 | host1:c1:53 | 192.0.2.10:53", "dns-53 | host1:c1:53:udp | 192.0.2.10:53",
            ])
    }

    @Test("An exposed port counts only inside", arguments: [false, true])
    func exposed(isStrict: Bool) throws {
        let web = ContainerFixture(exposed: ["443/tcp"], published: [("80/tcp", "0.0.0.0", 8080)])
        let outside = try web.registration(.standard { $0.isStrict = isStrict })
        #expect(outside.services.map(\.line) == ["web | host1:c1:80 | 192.0.2.10:8080"])
        #expect(outside.notes.contains { $0.kind == .ignored && $0.port == "443/tcp" })
        let inside = try web.lines(
            .standard {
                $0.isInternal = true
                $0.isStrict = isStrict
            })
        #expect(inside == ["web-80 | host1:c1:80 | 172.17.0.5:80", "web-443 | host1:c1:443 | 172.17.0.5:443"])
    }

    @Test("Without ports there is nothing, unless it asks to be found by its address")
    func noPorts() throws {
        var web = ContainerFixture()
        let nothing = try web.registration(.standard())
        #expect(nothing.services.isEmpty)
        #expect(nothing.notes.map(\.kind) == [.ignored])
        web.env = ["SERVICE_FORCE_REGISTER=1"]
        let forced = try web.registration(.standard())
        #expect(forced.services.map(\.line) == ["web | host1:c1:0 | 172.17.0.5:0"])
        #expect(forced.checks.map(\.kind) == ["docker"])
        #expect(try web.lines(.strict) == [])
    }

    @Test("No network: no service, and a note; the strict rules use the forced address")
    func noNetwork() throws {
        let web = ContainerFixture(exposed: ["80/tcp"], mode: "none", networks: ["none": ["IPAddress": ""]])
        let registration = try web.registration(.standard())
        #expect(registration.services.isEmpty)
        #expect(registration.notes.contains { $0.port == "80/tcp" })
        #expect(try web.registration(.standard { $0.isInternal = true }).services.isEmpty)
        #expect(try web.lines(.standard { ($0.isStrict, $0.ip) = (true, nil) }) == [])
    }

    @Test("On a network of its own the published port goes with the host's address")
    func userNetwork() throws {
        let web = ContainerFixture(
            published: [("80/tcp", "0.0.0.0", 8080)], mode: "app", networks: ["app": ["IPAddress": "172.19.0.2"]])
        #expect(try web.lines(.standard()) == ["web | host1:c1:80 | 192.0.2.10:8080"])
        #expect(try web.lines(.standard { $0.isInternal = true }) == ["web | host1:c1:80 | 172.19.0.2:80"])
        let strict = try RegistratorSettings.standard {
            ($0.ip, $0.hostIPv4, $0.isStrict) = (nil, "192.0.2.10", true)
        }
        #expect(try web.lines(strict) == ["web | host1:c1:80 | 172.19.0.2:8080"])
        let service = try #require(try web.registration(.standard()).services.first)
        #expect(service.taggedAddresses["container"] == .init(address: "172.19.0.2", port: 80))
    }

    @Test("Of several networks the named one counts, else the one it was started in")
    func networks() throws {
        var web = ContainerFixture(
            exposed: ["80/tcp"], mode: "front",
            networks: ["back": ["IPAddress": "10.2.0.2"], "front": ["IPAddress": "10.1.0.2"]])
        let settings = try RegistratorSettings.standard { $0.isInternal = true }
        #expect(try web.lines(settings) == ["web | host1:c1:80 | 10.1.0.2:80"])
        web.labels = ["SERVICE_NETWORK": "back"]
        #expect(try web.lines(settings) == ["web | host1:c1:80 | 10.2.0.2:80"])
        // Who names a network means the address in it, also where published ports are the rule.
        #expect(try web.lines(.standard()) == ["web | host1:c1:80 | 10.2.0.2:80"])
        web.labels = ["SERVICE_NETWORK": "gone"]
        let missing = try web.registration(settings)
        #expect(missing.services.isEmpty)
        #expect(missing.notes.contains { $0.kind == .warning && $0.text.contains("gone") })
    }

    @Test("Each port of the host is an instance, with addresses of both families; strictly only the first")
    func severalHostPorts() throws {
        let web = ContainerFixture(published: [
            ("80/tcp", "0.0.0.0", 18881), ("80/tcp", "::", 18881), ("80/tcp", "0.0.0.0", 18880),
            ("80/tcp", "::", 18880),
        ])
        let settings = try RegistratorSettings.standard { $0.hostIPv6 = "2001:db8::10" }
        let registration = try web.registration(settings)
        #expect(
            registration.services.map(\.line) == [
                "web | host1:c1:80 | 192.0.2.10:18880", "web | host1:c1:80@18881 | 192.0.2.10:18881",
            ])
        #expect(
            registration.services.map { $0.taggedAddresses["lan_ipv6"] } == [
                .init(address: "2001:db8::10", port: 18880), .init(address: "2001:db8::10", port: 18881),
            ])
        #expect(try web.lines(.strict) == ["web | host1:c1:80 | 192.0.2.10:18881"])
    }

    @Test("A port that is published on loopback stays there")
    func loopback() throws {
        let web = ContainerFixture(published: [("80/tcp", "127.0.0.1", 8080)])
        #expect(try web.lines(.standard()) == ["web | host1:c1:80 | 127.0.0.1:8080"])
    }

    @Test("A port that is published for IPv6 only has no IPv4 address")
    func onlyIPv6() throws {
        let web = ContainerFixture(published: [("80/tcp", "::", 8080)])
        let unknown = try web.registration(.standard())
        #expect(unknown.services.isEmpty)
        #expect(unknown.notes.contains { $0.kind == .warning })
        #expect(
            try web.lines(.standard { $0.hostIPv6 = "2001:db8::10" }) == ["web | host1:c1:80 | 2001:db8::10:8080"])
    }

    @Test("In the host's network what is exposed is at the host's address")
    func hostNetwork() throws {
        let web = ContainerFixture(exposed: ["80/tcp"], mode: "host", networks: ["host": ["IPAddress": ""]])
        #expect(try web.lines(.standard()) == ["web | host1:c1:80 | 192.0.2.10:80"])
        #expect(try web.lines(.strict) == ["web | host1:c1:80 | 192.0.2.10:80"])
    }

    @Test("In another container's network its address counts")
    func otherContainer() throws {
        let side = ContainerFixture(exposed: ["9000/tcp"], mode: "container:abc", networks: [:])
        let owner = try ContainerFixture(id: "abc").inspect()
        let lines = try side.lines(.standard()) { $0 == "abc" ? owner : nil }
        #expect(lines == ["web | host1:c1:9000 | 172.17.0.5:9000"])
        #expect(try side.registration(.standard()).services.isEmpty)
    }

    @Test("A label gives the address, if there is one")
    func addressFromLabel() throws {
        var web = ContainerFixture(labels: ["ip": "10.0.0.5/24"], published: [("80/tcp", "0.0.0.0", 8080)])
        let settings = try RegistratorSettings.standard { $0.useIPFromLabel = "ip" }
        #expect(try web.lines(settings) == ["web | host1:c1:80 | 10.0.0.5:8080"])
        web.labels = [:]
        #expect(try web.lines(settings) == ["web | host1:c1:80 | 192.0.2.10:8080"])
    }

    @Test("A container cannot say that it is somewhere else")
    func foreignAddress() throws {
        var web = ContainerFixture(
            env: ["SERVICE_IP=169.254.169.254"], published: [("80/tcp", "0.0.0.0", 8080)])
        #expect(try web.registration(.standard()).services.isEmpty)
        web.env = ["SERVICE_IP=172.17.0.5"]
        #expect(try web.lines(.standard { $0.isInternal = true }) == ["web | host1:c1:80 | 172.17.0.5:80"])
    }

    @Test("More ports than one container may register are cut, and told")
    func manyPorts() throws {
        let web = ContainerFixture(published: (1...300).map { ("\($0)/tcp", "0.0.0.0", 20_000 + $0) })
        let registration = try web.registration(.standard())
        #expect(registration.services.count == 256)
        #expect(registration.notes.contains { $0.kind == .warning && $0.text.contains("256") })
    }
}
