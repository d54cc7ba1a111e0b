import CairnCore
import Testing

@testable import CairnPlugins

@Suite("Where a plugin comes from")
struct PluginSourceTests {
    private let layout: PluginLayout
    private let fixture: PluginFixture

    init() throws {
        fixture = try PluginFixture()
        layout = fixture.layout
    }

    private func source(_ text: String, reference: String? = nil) throws(CairnError) -> PluginSource {
        try PluginSource(parsing: text, reference: reference, directory: fixture.root, layout: layout)
    }

    @Test(
        arguments: [
            ("https://github.com/dokku/dokku-redis.git", "redis", PluginSource.Kind.git),
            ("git@github.com:dokku/dokku-postgres.git", "postgres", .git),
            ("git://example.com/a/b", "b", .git),
            ("ssh://git@example.com:2222/plugins/cairn-notify", "notify", .git),
            ("https://example.com/dl/maintenance.tar.gz", "maintenance", .archive),
            ("https://example.com/dl/maintenance.tgz", "maintenance", .archive),
            ("file:///srv/plugins/x.git", "x", .git),
        ])
    func understood(text: String, name: String, kind: PluginSource.Kind) throws {
        let source = try source(text)
        #expect(source.kind == kind && source.usualName == name && source.location == text)
    }

    @Test("A reference stands behind a number sign, or in its own option")
    func references() throws {
        #expect(try source("https://example.com/x.git#v1.2").reference == "v1.2")
        #expect(try source("https://example.com/x.git", reference: "main").reference == "main")
        #expect(throws: CairnError.self) { try source("https://example.com/x.git#a", reference: "b") }
    }

    @Test(
        "What would run a program, or be taken for an option, is refused",
        arguments: [
            "ext::sh -c 'touch /tmp/x'", "ext::sh", "fd::17", "--upload-pack=touch /tmp/x", "-oProxyCommand=x",
            "ssh://-oProxyCommand=touch/x", "ssh://git@-oProxyCommand=x/y", "-x@host:path", "transport::https://x/y",
            "ftp://example.com/x", "a://b", "https://example.com/a b", "https://\u{1b}[31m", "",
            "https:///x",
        ])
    func refused(text: String) throws {
        let error = #expect(throws: CairnError.self) { try source(text) }
        #expect(error?.code == .pluginRefused, "\(text)")
    }

    @Test(arguments: ["-b", "--upload-pack=x", "a..b", "a b", "$(id)", ""])
    func refusedReferences(reference: String) {
        let error = #expect(throws: CairnError.self) {
            try source("https://example.com/x.git", reference: reference)
        }
        #expect(error?.code == .pluginRefused)
    }

    @Test("A plugin that comes with Cairn goes by its name; anything else must be there")
    func local() throws {
        try fixture.write(fixture.settings.share + "/plugins/redis/install", "true")
        try fixture.write(fixture.root + "/mine/install", "true")
        #expect(try source("redis").kind == .bundled)
        #expect(try source("./mine").kind == .directory)
        #expect(try source("mine").location.hasSuffix("/mine"))
        let error = #expect(throws: CairnError.self) { try source("nowhere") }
        #expect(error?.hint?.contains("Please retry with valid arguments") == true)
    }

    @Test(arguments: ["", "-a", "a/b", "..", "a b", "a.b", "é", "_x", String(repeating: "a", count: 65)])
    func badNames(name: String) {
        let error = #expect(throws: CairnError.self) { try PluginName(validating: name) }
        #expect(error?.code == .invalidName)
    }
}
