import CairnCatalog
import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Testing

@testable import CairnPlugins

/// The files in which published plugins look for what the database holds.
@Suite("The compatibility tree")
struct CompatibilityTreeTests {
    private let root: TemporaryRoot

    init() throws { root = try TemporaryRoot() }

    @Test("An app's names, port, scale and state are files; a change of them is seen")
    func app() throws {
        let app = try root.store.createApp(AppName(validating: "web"))
        try root.store.setGlobalDomains([Domain(validating: "test.local")])
        try root.store.setDomains([Domain(validating: "a.test"), Domain(validating: "b.test")], of: app)
        try root.store.setScale([ProcessType(validating: "worker"): 2], of: app)
        try root.tree.refresh()
        #expect(root.text("dokku/VHOST") == "test.local\n")
        #expect(root.text("dokku/web/VHOST") == "a.test\nb.test\n")
        #expect(root.text("dokku/web/DOKKU_SCALE") == "web=1\nworker=2\n")
        #expect(root.text("dokku-lib/config/common/web/deployed") == "false")
        #expect(root.text("dokku-lib/STABLE_VERSION")?.isEmpty == false)
        #expect(root.text("dokku/web/IP.web.1") == nil)
        #expect(root.isDirectory("dokku/web/nginx.conf.d"))

        try root.store.setDomains([], of: app)
        try root.tree.refresh()
        #expect(root.text("dokku/web/VHOST") == nil)
    }

    @Test("A copy that serves has its container, address and port in files, and only as long as it serves")
    func copies() throws {
        let app = try root.deployedApp()
        try root.tree.refresh()
        #expect(root.text("dokku/web/CONTAINER.web.1") == "c0ffee\n")
        #expect(root.text("dokku/web/IP.web.1") == "10.0.0.2\n")
        #expect(root.text("dokku/web/PORT.web.1") == "3000\n")
        #expect(root.text("dokku-lib/config/common/web/deployed") == "true")
        #expect(root.text("dokku-lib/data/ps/web/Procfile") == "web: serve\n")
        #expect(root.text("dokku-lib/data/git/web/revision") == "abc\n")
        for instance in try root.store.instances(of: app) { try root.store.removeInstance(instance) }
        try root.tree.refresh()
        #expect(root.text("dokku/web/CONTAINER.web.1") == nil)
        #expect(root.text("dokku/web/IP.web.1") == nil)
    }

    @Test("Nothing is written again when no row has changed")
    func unchanged() async throws {
        try root.store.createApp(AppName(validating: "web"))
        // Rows that have just been written are taken for changed a moment longer.
        let isSettled = try await eventually {
            try root.tree.refresh()
            return RefreshNote(of: root.settings).stamp != nil
        }
        #expect(isSettled)
        try "mine\n".write(toFile: root.path("dokku/HOSTNAME"), atomically: true, encoding: .utf8)
        try root.tree.refresh()
        #expect(root.text("dokku/HOSTNAME") == "mine\n")
        try root.store.createApp(AppName(validating: "other"))
        try root.tree.refresh()
        #expect(root.isDirectory("dokku/other"))
        #expect(root.text("dokku/HOSTNAME") == "mine\n")
        try root.store.setGlobalDomains([Domain(validating: "test.local")])
        try root.tree.refresh()
        #expect(root.text("dokku/HOSTNAME") != "mine\n")
    }

    @Test(
        "Only the files of apps whose rows have changed are written again, and those of one that has lost its directory"
    )
    func onlyChanged() throws {
        let web = try root.store.createApp(AppName(validating: "web"))
        try root.store.createApp(AppName(validating: "other"))
        try root.tree.refresh()
        for app in ["web", "other"] {
            try FileManager.default.removeItem(atPath: root.path("dokku/\(app)/DOKKU_SCALE"))
        }
        try root.store.setScale([ProcessType(validating: "worker"): 2], of: web)
        try root.store.setConfig([ConfigPair(parsing: "A=b")], in: .global)
        try root.tree.refresh()
        #expect(root.text("dokku/web/DOKKU_SCALE") == "web=1\nworker=2\n")
        #expect(root.text("dokku/other/DOKKU_SCALE") == nil)

        try FileManager.default.removeItem(atPath: root.path("dokku/other"))
        try root.store.setConfig([ConfigPair(parsing: "A=c")], in: .global)
        try root.tree.refresh()
        #expect(root.text("dokku/other/DOKKU_SCALE") == "web=1\n")
    }

    @Test("The directory of an app that is gone stays for the trigger that tells so, and then goes")
    func removal() throws {
        let app = try root.store.createApp(AppName(validating: "web"))
        try root.tree.refresh()
        try "theirs\n".write(toFile: root.path("dokku/web/theirs"), atomically: true, encoding: .utf8)
        try root.store.deleteApp(app)
        try root.tree.refresh(keeping: ["web", "latest"])
        #expect(root.text("dokku/web/theirs") == "theirs\n")
        try root.tree.refresh(removes: false)
        #expect(root.text("dokku/web/theirs") == "theirs\n")
        try root.tree.refresh()
        #expect(root.text("dokku/web/theirs") == nil)
        #expect(root.text("dokku-lib/config/common/web/deployed") == nil)
    }

    @Test("What plugins keep in the tree stays")
    func foreignFiles() throws {
        try root.store.createApp(AppName(validating: "web"))
        try root.tree.refresh()
        for path in ["dokku/web/htpasswd", "dokku/web/nginx.conf.d/own.conf", "dokku/.tor", "dokku/GRADUATE"] {
            try "x".write(toFile: root.path(path), atomically: true, encoding: .utf8)
        }
        try root.store.createApp(AppName(validating: "other"))
        try root.tree.refresh()
        for path in ["dokku/web/htpasswd", "dokku/web/nginx.conf.d/own.conf", "dokku/.tor", "dokku/GRADUATE"] {
            #expect(root.text(path) == "x")
        }
    }

    @Test("The platform's own directories stand among the plugins, and are not taken for plugins")
    func shimLinks() throws {
        try FileManager.default.createDirectory(
            atPath: root.path("plugins/available/config"), withIntermediateDirectories: true)
        try root.tree.refresh()
        #expect(root.isDirectory("plugins/enabled/common"))
        #expect(root.isDirectory("dokku-lib/plugins/available/common"))
        #expect(root.isDirectory("dokku-lib/core-plugins/enabled/common"))
        // A plugin's directory of that name is not replaced.
        #expect(FileSystem.target(of: root.path("plugins/available/config")) == nil)
        #expect(PluginIndex.scan(PluginLayout(root.settings)) == .empty)
    }

    @Test("A certificate is a pair of files; one that a plugin puts there is found, and left until it is settled")
    func certificates() throws {
        let app = try root.store.createApp(AppName(validating: "web"))
        try root.store.setCertificate(chain: "chain\n", privateKey: "key\n", of: app)
        try root.tree.refresh()
        #expect(root.text("dokku/web/tls/server.crt") == "chain\n")
        #expect(root.text("dokku/web/tls/server.key") == "key\n")
        #expect(FileSystem.status(root.path("dokku/web/tls/server.key"))?.st_mode == S_IFREG | 0o640)
        #expect(root.tree.foreignCertificate(of: app) == nil)

        try "theirs\n".write(toFile: root.path("dokku/web/tls/server.crt"), atomically: true, encoding: .utf8)
        #expect(root.tree.foreignCertificate(of: app) == ForeignCertificate(chain: "theirs\n", privateKey: "key\n"))
        try root.store.createApp(AppName(validating: "other"))
        try root.tree.refresh()
        #expect(root.text("dokku/web/tls/server.crt") == "theirs\n")

        try root.tree.settleCertificate(of: app)
        #expect(root.text("dokku/web/tls/server.crt") == "chain\n")
        #expect(root.tree.foreignCertificate(of: app) == nil)
    }

    @Test("Plugins get the places they know, and what files in .dokkurc set")
    func environment() throws {
        try root.tree.refresh()
        try """
        # a file for a shell
        export DOKKU_EVENTS=1
        OWN='two words'
        export DOKKU_ROOT=/elsewhere
        export RUNS=$(id)
        rm -rf /
        1BAD=x

        """.write(toFile: root.path("dokku/.dokkurc/own"), atomically: true, encoding: .utf8)
        let variables = PlatformEnvironment(root.settings).variables
        #expect(variables["DOKKU_ROOT"] == root.path("dokku"))
        #expect(variables["DOKKU_LIB_ROOT"] == root.path("dokku-lib"))
        #expect(variables["PLUGIN_CORE_AVAILABLE_PATH"] == root.path("dokku-lib/core-plugins/available"))
        #expect(variables["DOKKU_SYSTEM_USER"]?.isEmpty == false)
        #expect(variables["DOKKU_NOT_IMPLEMENTED_EXIT"] == "10")
        #expect(variables["DOKKU_EVENTS"] == "1")
        #expect(variables["OWN"] == "two words")
        #expect(variables["RUNS"] == nil)
        #expect(variables["1BAD"] == nil)
    }
}

/// A state root with a shim that has two directories.
private struct TemporaryRoot {
    private let files: TemporaryStore
    let settings: HostSettings
    let tree: CompatibilityTree
    var store: Store { files.store }

    init() throws {
        files = try TemporaryStore()
        settings = try HostSettings(
            environment: ["CAIRN_ROOT": files.directory, "CAIRN_SHARE": files.directory + "/share"])
        for name in ["common", "config"] {
            try FileManager.default.createDirectory(
                atPath: settings.share + "/shim/core/" + name, withIntermediateDirectories: true)
        }
        tree = CompatibilityTree(settings: settings, store: files.store)
    }

    func path(_ path: String) -> String { files.directory + "/" + path }
    func text(_ path: String) -> String? { try? String(contentsOfFile: self.path(path), encoding: .utf8) }
    func isDirectory(_ path: String) -> Bool { FileSystem.isDirectory(self.path(path)) }

    /// An app whose one copy serves at 10.0.0.2.
    func deployedApp() throws -> App {
        let app = try store.createApp(AppName(validating: "web"))
        let content = Release.Content(
            source: "git-push", revision: "abc", builder: "dockerfile", commands: ["web": "serve"])
        let release = try store.addRelease(
            of: app, imageID: "sha256:1", imageTag: "cairn/web:1", content: content, description: "", actor: "tester")
        let subnet = try IPv4Subnet(parsing: "10.0.0.0/26")
        let instances = try store.addCandidates(
            [InstanceName(process: .web, index: 1)], of: release, in: subnet, offsets: 2..<48)
        for instance in instances { try store.setContainer("c0ffee", of: instance) }
        let node = try store.ownNode().name
        let services = instances.map { ServiceRegistration.copy($0, of: app, port: 3000, node: node) }
        try store.commit(release, candidates: instances, services: services, retiring: [])
        return try store.refresh(app)
    }
}

@Suite("Scheduled commands of plugins")
struct ScheduledCommandTests {
    @Test("A line has a schedule, a command and perhaps a log")
    func lines() throws {
        let command = try ScheduledCommand(parsing: "24 6 * * *;dokku seal:auto-renew;/var/log/seal.log")
        #expect(command.schedule.rawValue == "24 6 * * *")
        #expect(command.command == "dokku seal:auto-renew")
        #expect(command.log == "/var/log/seal.log")
        #expect(try ScheduledCommand(parsing: "@daily;true").log == nil)
    }

    @Test(
        "Anything else is refused",
        arguments: ["", "@daily", "* * * *;true", "@daily; ;/x", "@daily;true;relative.log", "@daily;tr\u{1b}ue"])
    func refused(line: String) {
        #expect(throws: CairnError.self) { try ScheduledCommand(parsing: line) }
    }
}
