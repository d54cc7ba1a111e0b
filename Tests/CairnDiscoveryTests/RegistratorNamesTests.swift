import CairnCatalog
import CairnCore
import CairnDiscovery
import DockerEngine
import Testing

/// Names, ids, tags and attributes: https://gliderlabs.github.io/registrator/latest/user/services/.
@Suite("Registrator: names, tags and attributes")
struct RegistratorNamesTests {
    private let one = ContainerFixture(published: [("80/tcp", "0.0.0.0", 8080)])
    private let two = ContainerFixture(
        image: "nginx", published: [("80/tcp", "0.0.0.0", 8000), ("443/tcp", "0.0.0.0", 4443)])

    private func names(
        _ fixture: ContainerFixture, env: [String] = [], labels: [String: String] = [:],
        _ settings: RegistratorSettings
    ) throws -> [String] {
        var fixture = fixture
        (fixture.env, fixture.labels) = (env, labels)
        return try fixture.registration(settings).services.map(\.name)
    }

    @Test("Variables and labels say the same", arguments: [false, true])
    func metadata(isStrict: Bool) throws {
        let statements = ["SERVICE_NAME": "db", "SERVICE_TAGS": "master,backups", "SERVICE_REGION": "us2"]
        var byEnv = one
        byEnv.env = statements.map { "\($0)=\($1)" }
        var byLabel = one
        byLabel.labels = statements
        let settings = try RegistratorSettings.standard { $0.isStrict = isStrict }
        let service = try #require(try byEnv.registration(settings).services.first)
        #expect(service.line == "db | host1:c1:80 | 192.0.2.10:8080")
        #expect(Set(service.tags) == ["master", "backups"])
        #expect(service.meta == ["region": "us2"])
        #expect(try byLabel.registration(settings).services == [service])
    }

    @Test("A name for all carries the port, one for a port does not, in either order", arguments: [false, true])
    func groupNames(isStrict: Bool) throws {
        let settings = try RegistratorSettings.standard { $0.isStrict = isStrict }
        #expect(try names(two, env: ["SERVICE_NAME=edge"], settings) == ["edge-80", "edge-443"])
        let both = ["SERVICE_NAME=edge", "SERVICE_80_NAME=web"]
        #expect(try names(two, env: both, settings) == ["web", "edge-443"])
        #expect(try names(two, env: both.reversed(), settings) == ["web", "edge-443"])
    }

    @Test("A label beats a variable, and what is said for a port beats both", arguments: [false, true])
    func precedence(isStrict: Bool) throws {
        let settings = try RegistratorSettings.standard { $0.isStrict = isStrict }
        #expect(try names(one, env: ["SERVICE_NAME=a"], labels: ["SERVICE_NAME": "b"], settings) == ["b"])
        #expect(try names(one, env: ["SERVICE_80_NAME=a"], labels: ["SERVICE_NAME": "b"], settings) == ["a"])
        var web = one
        (web.env, web.labels) = (["SERVICE_NAME=a"], ["SERVICE_NAME": "b"])
        #expect(try web.registration(settings).notes.contains { $0.kind == .chosen && $0.text.contains("label") })
    }

    @Test("A protocol after the port has a meaning, except by the strict rules")
    func protocols() throws {
        var dns = ContainerFixture(image: "dns", published: [("53/tcp", "0.0.0.0", 53), ("53/udp", "0.0.0.0", 53)])
        dns.env = ["SERVICE_53_UDP_NAME=dnsu"]
        #expect(try dns.registration(.standard()).services.map(\.name) == ["dns-53", "dnsu"])
        let strict = try dns.registration(.strict).services
        #expect(strict.map(\.name) == ["dns-53", "dns-53"])
        #expect(strict.map(\.meta) == [["udp_name": "dnsu"], ["udp_name": "dnsu"]])
    }

    @Test("An id is taken as it is; in a group the port is put behind it")
    func ids() throws {
        var dns = ContainerFixture(image: "dns", published: [("53/udp", "0.0.0.0", 53)])
        dns.env = ["SERVICE_ID=x"]
        #expect(try dns.registration(.standard()).services.map(\.id) == ["x"])
        var nginx = two
        nginx.env = ["SERVICE_ID=x"]
        let registration = try nginx.registration(.standard())
        #expect(registration.services.map(\.id) == ["x-80", "x-443"])
        #expect(registration.notes.contains { $0.kind == .warning })
        let strict = try nginx.registration(.strict)
        #expect(strict.services.map(\.id) == ["x"])
        #expect(Set(strict.checks.map(\.serviceID)) == ["x"])
    }

    @Test("Equal ids of one number are told apart by the protocol")
    func equalIDs() throws {
        var dns = ContainerFixture(image: "dns", published: [("53/tcp", "0.0.0.0", 53), ("53/udp", "0.0.0.0", 53)])
        dns.env = ["SERVICE_53_ID=x"]
        #expect(try dns.registration(.standard()).services.map(\.id) == ["x", "x:udp"])
    }

    @Test(
        "What is ignored",
        arguments: [
            ("true", false, 0), ("", false, 1), ("false", false, 1), ("no", false, 1), ("false", true, 0),
            ("", true, 1),
        ])
    func ignore(value: String, isStrict: Bool, count: Int) throws {
        var web = one
        web.env = ["SERVICE_IGNORE=\(value)"]
        let registration = try web.registration(.standard { $0.isStrict = isStrict })
        #expect(registration.services.count == count)
        #expect(count > 0 || registration.notes.contains { $0.kind == .ignored && $0.port == "80/tcp" })
    }

    @Test("An ignored port changes no other's name, except by the strict rules")
    func ignoredPortsDoNotCount() throws {
        #expect(try names(two, env: ["SERVICE_443_IGNORE=1"], .standard()) == ["nginx"])
        #expect(try names(two, env: ["SERVICE_443_IGNORE=1"], .strict) == ["nginx-80"])
        #expect(try names(one, .standard { $0.alwaysSuffix = true }) == ["web-80"])
    }

    @Test(
        "The default name is the image's",
        arguments: [
            ("reg:5000/a/b:1.2", "b"), ("ghcr.io/o/My_App:v1", "My_App"), ("a/b@sha256:ffff", "b"),
            ("a/b:1@sha256:ff", "b"), ("progrium/redis", "redis"), ("nginx", "nginx"),
        ])
    func defaultNames(image: String, name: String) throws {
        var web = one
        web.image = image
        #expect(try web.registration(.standard()).services.map(\.name) == [name])
    }

    @Test("An image that is only a digest: a tag of it, else compose's word, else the container's name")
    func digests() throws {
        var web = one
        web.image = "sha256:aaaa"
        #expect(try web.registration(.standard(), imageTags: ["acme/shop:3"]).services.map(\.name) == ["shop"])
        #expect(try web.registration(.standard()).services.map(\.name) == ["c1"])
        web.labels = ["com.docker.compose.service": "front"]
        #expect(try web.registration(.standard()).services.map(\.name) == ["front"])
        #expect(try web.registration(.strict).services.map(\.name) == ["sha256"])
    }

    @Test("Tags for all come from a template, after the container's own")
    func forcedTags() throws {
        var web = one
        web.env = [#"SERVICE_TAGS=a,,b\,c"#]
        let settings = try RegistratorSettings.standard { $0.tags = "{{.Config.Hostname}},fixed" }
        #expect(try web.registration(settings).services.first?.tags == ["a", "b,c", "c1c1c1", "fixed"])
        let bare = Registrator.registration(of: try web.inspect(), settings: settings, node: "host1")
        #expect(bare.notes.contains { $0.kind == .warning })
    }

    @Test("A template that does not fit a container leaves its services without those tags, and says so")
    func templateFails() throws {
        let settings = try RegistratorSettings.standard { $0.tags = "{{index .Config.Env 5}}" }
        let registration = try one.registration(settings)
        #expect(registration.services.first?.tags == [])
        #expect(registration.notes.contains { $0.kind == .warning && $0.text.contains("number 5") })
    }

    @Test("Only what is named is registered, if so wished")
    func explicit() throws {
        let settings = try RegistratorSettings.standard { $0.isExplicit = true }
        #expect(try names(two, settings) == [])
        #expect(try names(two, env: ["SERVICE_80_NAME=web"], settings) == ["web"])
    }

    @Test("What says how to check is no attribute, and what is too long is cut")
    func attributes() throws {
        var web = one
        web.env = ["SERVICE_CHECK_HTTP=/", "SERVICE_LONG=" + String(repeating: "x", count: 600)]
        let registration = try web.registration(.standard())
        #expect(registration.services.first?.meta.keys.sorted() == ["long"])
        #expect(registration.services.first?.meta["long"]?.count == 512)
        #expect(registration.notes.contains { $0.kind == .warning && $0.text.contains("512") })
        #expect(try web.registration(.strict).services.first?.meta["check_http"] == "/")
    }

    @Test("More attributes and tags than Consul takes are left out")
    func limits() throws {
        var web = one
        web.env =
            (0..<80).map { "SERVICE_K\($0)=v" } + ["SERVICE_TAGS=" + (0..<80).map { "t\($0)" }.joined(separator: ",")]
        let service = try #require(try web.registration(.standard()).services.first)
        #expect(service.meta.count == 64)
        #expect(service.tags.count == 64)
    }

    @Test("Several names are one instance under each")
    func aliases() throws {
        var web = one
        web.env = ["SERVICE_NAME=a;b"]
        #expect(
            try web.lines(.standard()) == [
                "a | host1:c1:80 | 192.0.2.10:8080", "b | host1:c1:80~b | 192.0.2.10:8080",
            ])
    }

    @Test("A name that an app of the host owns is refused in any spelling, and the refusal is visible")
    func reserved() throws {
        var web = one
        web.env = ["SERVICE_NAME=Billing;mine"]
        let registration = try web.registration(.standard(reserved: ["billing"]))
        #expect(registration.services.map(\.name) == ["mine"])
        #expect(registration.notes.contains { $0.kind == .refused && $0.text.contains("Billing") })
        web.env = ["SERVICE_80_NAME=billing"]
        let refused = try web.registration(.standard(reserved: ["billing"]))
        #expect(refused.services.isEmpty)
        #expect(refused.checks.isEmpty)
    }

    @Test("Control characters make a statement void", arguments: ["a\nb", "a\0", "\u{1b}[31m", "a\u{9b}b"])
    func controlCharacters(value: String) throws {
        var web = one
        web.labels = ["SERVICE_NAME": value, "SERVICE_REGION": "us"]
        let registration = try web.registration(.standard())
        #expect(registration.services.map(\.name) == ["web"])
        #expect(registration.services.first?.meta == ["region": "us"])
        #expect(registration.notes.contains { $0.kind == .warning && $0.text.contains("control") })
    }

    @Test("Another prefix can be chosen")
    func prefix() throws {
        #expect(try names(one, env: ["DISCO_NAME=a", "SERVICE_NAME=b"], .standard { $0.prefix = "DISCO_" }) == ["a"])
    }

    @Test("A weight is one that SRV records can tell")
    func weights() throws {
        var web = one
        web.env = ["SERVICE_WEIGHT=5", "SERVICE_80_WEIGHT=7"]
        #expect(try web.registration(.standard()).services.first?.weights == .init(passing: 7))
        web.env = ["SERVICE_WEIGHT=70000"]
        let registration = try web.registration(.standard())
        #expect(registration.services.first?.weights == .init())
        #expect(registration.notes.contains { $0.kind == .warning && $0.text.contains("70000") })
    }
}
