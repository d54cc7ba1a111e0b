import CairnBackends
import CairnCore
import SystemPackage
import Testing

@Suite("URLs of backends")
struct BackendURLTests {
    private func target(_ text: String, _ environment: [String: String] = [:]) throws -> BackendURL.Target {
        try BackendURL(validating: text, environment: environment).target
    }

    private func server(_ host: String, _ port: Int) -> BackendURL.Server {
        BackendURL.Server(place: .network(host: host, port: port))
    }

    @Test("Servers are named by host and port; what is left out is Registrator's default")
    func servers() throws {
        #expect(try target("consul://10.0.0.1:8501") == .consul(server("10.0.0.1", 8501)))
        #expect(try target("consul://") == .consul(server("127.0.0.1", 8500)))
        #expect(try target("consul://consul.example.com/") == .consul(server("consul.example.com", 8500)))
        #expect(try target("consul://[::1]:8500") == .consul(server("::1", 8500)))
        #expect(try target("consulkv://h:1/a/b") == .consulKeyValue(server("h", 1), prefix: "a/b"))
        #expect(try target("etcd:///services") == .etcd(server("127.0.0.1", 2379), prefix: "services"))
        #expect(try target("etcd://h/services/") == .etcd(server("h", 2379), prefix: "services"))
        #expect(try target("skydns2://h:2379/Cluster.Local") == .skyDNS(server("h", 2379), domain: "cluster.local"))
    }

    @Test("A Consul at an address where this host itself listens is known for what it is")
    func ownAPI() throws {
        func isServer(_ text: String, at host: String) throws -> Bool {
            try BackendURL(validating: text).isServer(at: host, port: 8500)
        }
        #expect(try isServer("consul://", at: "127.0.0.1") && isServer("consulkv://localhost:8500/a", at: "127.0.0.1"))
        #expect(try isServer("consul://[::1]:8500", at: "0.0.0.0") && isServer("consul://10.0.0.1", at: "10.0.0.1"))
        #expect(try !isServer("consul://localhost:8501", at: "127.0.0.1") && !isServer("consul://", at: "10.0.0.1"))
        #expect(try !isServer("consul://10.0.0.1", at: "127.0.0.1") && !isServer("etcd://h:8500/a", at: "0.0.0.0"))
    }

    @Test("Sockets, directories, programs and hosts files are named by absolute paths")
    func paths() throws {
        let socket = BackendURL.Server(place: .socket("/run/consul.sock"))
        #expect(try target("consul-unix:///run/consul.sock") == .consul(socket))
        #expect(try target("consulkv-unix:///run/consul.sock:/services") == .consulKeyValue(socket, prefix: "services"))
        #expect(try target("directory:///var/lib/services") == .directory("/var/lib/services"))
        #expect(try target("exec:///usr/local/bin/hook") == .program("/usr/local/bin/hook"))
        #expect(try target("hosts:///etc/hosts") == .hosts("/etc/hosts"))
    }

    @Test("Certificates and the token come from the environment and are never shown")
    func environment() throws {
        let environment = [
            "CONSUL_HTTP_TOKEN": "secret", "CONSUL_CACERT": "/ca", "CONSUL_CLIENT_CERT": "/cert",
            "CONSUL_CLIENT_KEY": "/key",
            "ETCDCTL_CACERT": "/etcd-ca",
        ]
        let url = try BackendURL(validating: "consul-tls://h", environment: environment)
        let certificates = BackendURL.Server.Certificates(authority: "/ca", client: "/cert", key: "/key")
        let place = BackendURL.Server.Place.network(host: "h", port: 8501)
        #expect(url.target == .consul(.init(place: place, certificates: certificates, token: "secret")))
        #expect("\(url)" == "consul-tls://h")
        let etcd = BackendURL.Server(
            place: .network(host: "h", port: 2379), certificates: .init(authority: "/etcd-ca"), token: nil)
        #expect(try target("etcds://h/p", environment) == .etcd(etcd, prefix: "p"))
        #expect(try target("consul://h") == .consul(server("h", 8500)))
    }

    @Test(
        "What cannot be meant is refused with a hint",
        arguments: [
            "consul", "consul:/h", "zookeeper://h/p", "consul://h/path", "consul://h:0", "consul://h:70000",
            "consul://h:+80",
            "consul://h:", "consul://::1:8500", "consul://[::1", "consul://[::1]x", "consul://[h]:1", "consul://a b",
            "consul://h?x=1", "consul://h#x", "consul://h\u{7}", "consul://user:hunter2@h", "consulkv://h",
            "consulkv://h/", "consulkv://h/a//b", "consulkv://h/../b", "consulkv-unix:///run/consul.sock", "etcd://h",
            "skydns2://h", "skydns2://h/a..b", "skydns2://h/-a", "skydns2://h/a_b", "directory://relative",
            "directory:///",
            "exec://hook", "exec:///usr/../hook", "hosts://etc/hosts", "consul-unix://", "",
        ])
    func refused(_ text: String) throws {
        let error = try #require(throws: CairnError.self) { try BackendURL(validating: text) }
        #expect(error.code == .invalidValue)
        #expect(error.hint != nil)
        #expect(error.message.utf8.firstRange(of: "hunter2".utf8) == nil)
    }

    @Test("Half a client certificate, and relative paths, are refused")
    func certificates() {
        for environment in [["CONSUL_CLIENT_CERT": "/cert"], ["CONSUL_CACERT": "ca.pem"]] {
            let error = #expect(throws: CairnError.self) {
                try BackendURL(validating: "consul-tls://h", environment: environment)
            }
            #expect(error?.code == .invalidValue)
        }
    }
}

@Suite("Settings of backends")
struct BackendSettingsTests {
    @Test("Entries are refreshed before they expire")
    func refresh() throws {
        #expect(try BackendSettings(timeToLive: .seconds(30)).refreshInterval == .seconds(10))
        #expect(throws: CairnError.self) {
            try BackendSettings(timeToLive: .seconds(30), refreshInterval: .seconds(30))
        }
        #expect(throws: CairnError.self) { try BackendSettings(timeToLive: .seconds(1)) }
        #expect(throws: CairnError.self) { try BackendSettings(timeToLive: .seconds(30), refreshInterval: .zero) }
        #expect(throws: CairnError.self) { try BackendSettings(firstRetry: .seconds(5), lastRetry: .seconds(1)) }
        #expect(BackendSettings.standard == (try BackendSettings()))
    }
}
