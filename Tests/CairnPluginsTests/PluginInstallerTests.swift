import CairnCore
import CairnTestSupport
import Foundation
import Testing

@testable import CairnPlugins

@Suite("Installing plugins")
struct PluginInstallerTests {
    private let fixture: PluginFixture
    private var installer: PluginInstaller { fixture.installer() }

    init() throws { fixture = try PluginFixture() }

    private func source(_ text: String, reference: String? = nil) throws -> PluginSource {
        try PluginSource(parsing: text, reference: reference, directory: fixture.root, layout: fixture.layout)
    }

    /// A directory with a plugin that writes what it is asked.
    private func write(_ name: String, version: String = "1", install: String = "true", update: String = "true") throws
    {
        let directory = "\(fixture.root)/\(name)"
        try fixture.write(directory + "/install", install)
        try fixture.write(directory + "/update", update)
        try fixture.write(directory + "/report", "echo \(version)")
        try fixture.write(directory + "/plugin.toml", "[plugin]\ndescription = \"d\"\nversion = \"\(version)\"\n")
    }

    private func version() async throws -> String { try await fixture.dispatcher.ask(.report) }

    @Test("A directory is copied, enabled, and told")
    func directory() async throws {
        try write("mine", install: "echo installed; id -u")
        try await installer.install(source("./mine"), as: nil, runsTrigger: true)
        #expect(fixture.store.plugins().map(\.name.rawValue) == ["mine"])
        #expect(fixture.reporter.lines.contains("       installed"))
        #expect(fixture.reporter.lines.contains("-----> Plugin mine enabled"))
        #expect(fixture.reporter.lines.contains("       Runs at: install, report, update"))
        #expect(try await version() == "1\n")
        #expect(FileManager.default.fileExists(atPath: fixture.layout.index))
    }

    @Test("A plugin whose own installation fails is not installed")
    func failingInstall() async throws {
        try write("mine", install: "echo broken >&2; exit 3")
        let error = try await fixture.refusal {
            try await installer.install(source("./mine"), as: nil, runsTrigger: true)
        }
        #expect(error.code == .pluginFailed && error.evidence == ["broken"])
        #expect(fixture.store.plugins().isEmpty)
        #expect(!fixture.dispatcher.isImplemented(.report))
        #expect(FileSystem.names(in: fixture.layout.enabled).isEmpty)
        #expect(FileSystem.names(in: fixture.layout.staging).isEmpty)
    }

    @Test("Another plugin's failure keeps nobody from being installed")
    func otherFails() async throws {
        try fixture.plugin("old", ["install": "exit 1"])
        try write("mine")
        try await installer.install(source("./mine"), as: nil, runsTrigger: true)
        #expect(fixture.store.plugins().count == 2)
        #expect(fixture.reporter.lines.contains { $0.contains("The plugin old failed at the trigger 'install'") })
    }

    @Test("An update takes the place of what was there; one that fails leaves it")
    func update() async throws {
        try write("mine")
        try await installer.install(source("./mine"), as: nil, runsTrigger: true)
        try write("mine", version: "2")
        try await installer.update("mine", reference: nil)
        #expect(try await version() == "2\n")
        try write("mine", version: "3", update: "exit 1")
        let error = try await fixture.refusal { try await installer.update("mine", reference: nil) }
        #expect(error.code == .pluginFailed)
        #expect(try await version() == "2\n")
        try write("mine", version: "4")
        try fixture.write(fixture.root + "/mine/bad", "true", mode: 0o777)
        #expect(try await fixture.refusal { try await installer.update("mine", reference: nil) }.code == .pluginRefused)
        #expect(try await version() == "2\n")
    }

    @Test("A repository is fetched at a reference, its commit is kept, and it stays there")
    func git() async throws {
        let repository = try await GitFixture()
        try repository.write("report", "#!/bin/sh\necho 1\n", executable: true)
        let first = try await repository.commit("one")
        try await repository.git("tag", "v1")
        try repository.write("report", "#!/bin/sh\necho 2\n", executable: true)
        let second = try await repository.commit("two")
        let address = "file://\(repository.work)"
        try await installer.install(source(address + "#v1"), as: "mine", runsTrigger: true)
        #expect(try await version() == "1\n")
        #expect(fixture.reporter.lines.contains("       Commit: \(first)"))
        #expect(try fixture.store.plugin(named: "mine").origin?.commit == first)
        #expect(try await !installer.update("mine", reference: nil))
        #expect(try await installer.update("mine", reference: "main"))
        #expect(try fixture.store.plugin(named: "mine").origin?.commit == second)
        #expect(try await version() == "2\n")
        let error = try await fixture.refusal { try await installer.update("mine", reference: "v9") }
        #expect(error.code == .pluginFetch && error.message.contains("v9"))
        #expect(try await version() == "2\n")
        #expect(!FileSystem.exists(fixture.layout.available + "/mine/.git"))
    }

    @Test("An archive is unpacked, without the one directory that holds everything")
    func archive() async throws {
        try write("mine")
        try await tar(["--create", "--gzip", "--file", fixture.root + "/mine.tar.gz", "mine"])
        try FileManager.default.removeItem(atPath: fixture.root + "/mine")
        try await installer.install(source("./mine.tar.gz"), as: nil, runsTrigger: true)
        #expect(try await version() == "1\n")
    }

    @Test("An archive that leads out of itself is refused before anything is unpacked")
    func hostileArchive() async throws {
        try write("mine")
        try await tar([
            "--create", "--absolute-names", "--transform", "s,^mine/plugin.toml,../../etc/hostname,", "--file",
            "\(fixture.root)/x.tar", "mine",
        ])
        let error = try await fixture.refusal {
            try await installer.install(source("./x.tar"), as: nil, runsTrigger: true)
        }
        #expect(error.code == .pluginRefused && error.message.contains("leads out of it"))
        #expect(fixture.store.plugins().isEmpty)
    }

    private func tar(_ arguments: [String]) async throws {
        _ = try await HostProgram(name: "tar", reporter: fixture.reporter).run(
            arguments, in: fixture.root, failure: "tar")
    }

    @Test("A repository's hooks and what git would run do not run")
    func hostileRepository() async throws {
        let repository = try await GitFixture()
        try repository.write("report", "#!/bin/sh\n", executable: true)
        try repository.write(".gitattributes", "* filter=evil\n")
        _ = try await repository.commit("one")
        try await repository.git("config", "uploadpack.packObjectsHook", "touch \(fixture.root)/owned")
        let hook = repository.repositoryPath + "/hooks/post-checkout"
        try fixture.write(hook, "touch \(fixture.root)/owned")
        try await installer.install(source("file://\(repository.work)"), as: "mine", runsTrigger: true)
        #expect(!FileSystem.exists(fixture.root + "/owned"))
    }

    @Test("A name that is a command's is refused, and so is one that is taken")
    func names() async throws {
        try write("apps")
        try write("mine")
        let reserved = try await fixture.refusal {
            try await installer.install(source("./apps"), as: nil, runsTrigger: true)
        }
        #expect(reserved.code == .pluginRefused)
        #expect(reserved.message == "A plugin cannot be called 'apps': that is a command of Cairn's")
        try await installer.install(source("./mine"), as: nil, runsTrigger: true)
        let again = try await fixture.refusal {
            try await installer.install(source("./mine"), as: nil, runsTrigger: true)
        }
        #expect(again.code == .nameTaken)
        #expect(again.message == "Plugin mine is already installed")
        let other = try await fixture.refusal {
            try await installer.install(source("./apps"), as: "mine", runsTrigger: true)
        }
        #expect(other.code == .nameTaken)
        let bad = try await fixture.refusal {
            try await installer.install(source("./mine"), as: "../mine", runsTrigger: true)
        }
        #expect(bad.code == .invalidName)
    }

    @Test("A plugin is told before it goes, and stays when it says no")
    func uninstall() async throws {
        try fixture.plugin("stubborn", ["uninstall": "[ \"$1\" = stubborn ] && exit 1; true"])
        try fixture.plugin("mine", ["uninstall": "[ \"$1\" = mine ] && echo good bye; true"])
        try await installer.uninstall("mine", force: false)
        #expect(fixture.reporter.lines.contains("       good bye"))
        let error = try await fixture.refusal { try await installer.uninstall("stubborn", force: false) }
        #expect(error.code == .pluginFailed)
        #expect(fixture.store.plugins().map(\.name.rawValue) == ["stubborn"])
        try await installer.uninstall("stubborn", force: true)
        #expect(fixture.store.plugins().isEmpty)
        #expect(try await fixture.refusal { try await installer.uninstall("mine", force: false) }.code == .notFound)
    }

    @Test("Turning off and on")
    func enabling() async throws {
        try fixture.plugin("mine", ["report": "echo 1"])
        #expect(try await fixture.refusal { try fixture.store.enablePlugin(named: "mine") }.code == .notAllowed)
        try fixture.store.disablePlugin(named: "mine")
        #expect(fixture.store.plugins().map(\.isEnabled) == [false])
        #expect(try await fixture.refusal { try fixture.store.disablePlugin(named: "mine") }.code == .notAllowed)
        try fixture.store.enablePlugin(named: "mine")
        #expect(try await version() == "1\n")
    }
}
