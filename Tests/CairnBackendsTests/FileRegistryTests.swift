import CairnCatalog
import CairnCore
import CairnFiles
import Foundation
import SystemPackage
import Testing

@testable import CairnBackends

@Suite("Registrations in files", .timeLimit(.minutes(1)))
struct FileRegistryTests {
    @Test("A directory has a file for each instance, also for critical ones; other files are left alone")
    func directory() async throws {
        try await withTemporaryDirectory { root in
            let directory = root.appending("services")
            try Files.makeDirectory(directory)
            let foreign = ["notes.json": "{}", "host1:c3:80.json": "not json", "README": "x"]
            for (name, text) in foreign { try Files.write(text, to: directory.appending(name)) }
            let other = DirectoryRegistry(directory: directory, node: "host2")
            let catalog = TestCatalog(
                [.fixture(tags: ["a"], meta: ["k": "v"]), .fixture(id: "host1:c2:80"), .fixture(id: "host1:c3:80")],
                checks: [.fixture(.engine, id: "e", serviceID: "host1:c2:80", status: .critical)])
            try await withBackend("directory://\(directory)", catalog) { log in
                let status = await log.applied(1)
                #expect(status.lastError?.hasSuffix("is there and not Cairn's") == true)
                #expect(
                    Files.entries(directory) == (foreign.keys + ["host1:c1:80.json", "host1:c2:80.json"]).sorted())
                #expect(try other.read(RecordSet()).isEmpty)
                #expect(Files.readIfPresent(directory.appending("host1:c1:80.json")) == Self.document)
                let second = try #require(Files.readIfPresent(directory.appending("host1:c2:80.json")))
                #expect(second.utf8.firstRange(of: #""status" : "critical""#.utf8) != nil)
                catalog.publish([])
                await log.applied(2)
                #expect(Files.entries(directory) == foreign.keys.sorted())
            }
        }
    }

    private static let document = """
        {
          "address" : "192.0.2.10",
          "containerID" : "0123456789abcdef0123456789abcdef",
          "id" : "host1:c1:80",
          "meta" : {
            "k" : "v"
          },
          "name" : "web",
          "node" : "host1",
          "port" : 8080,
          "registrar" : "cairn",
          "status" : "passing",
          "tags" : [
            "a"
          ]
        }

        """

    @Test(
        "A file's name cannot lead elsewhere",
        arguments: ["../x", "a/b", ".hidden", "", "ü", String(repeating: "x", count: 400)])
    func names(_ id: String) {
        let name = DirectoryRegistry.fileName(id)
        #expect(!name.utf8.contains(UInt8(ascii: "/")))
        #expect(name.first != ".")
        #expect(name.utf8.count <= 255)
        #expect(DirectoryRegistry.fileName(id + "y") != name)
    }

    @Test("A restart writes nothing that is there already, and removes what is not wanted any more")
    func restart() async throws {
        try await withTemporaryDirectory { directory in
            let url = "directory://\(directory)"
            try await runOnce(url, TestCatalog([.fixture(), .fixture(id: "host1:c2:80")]), settings: .standard)
            let before = Files.status(directory.appending("host1:c1:80.json"))?.st_ino
            try await runOnce(url, TestCatalog([.fixture()]), settings: .standard)
            #expect(Files.entries(directory) == ["host1:c1:80.json"])
            #expect(Files.status(directory.appending("host1:c1:80.json"))?.st_ino == before)
        }
    }

    @Test(
        "A hosts file has a block; every byte outside stays",
        arguments: [
            "127.0.0.1\tlocalhost\n", "127.0.0.1 localhost", "", "\r\n\u{fffd}\n\n# END\n",
        ])
    func hosts(_ text: String) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("hosts")
            // No UTF-8, which must come through too.
            let before = Array(text.utf8) + (text.isEmpty ? [] : [0xff]) + (text.last == "\n" ? [0x0a] : [])
            try Files.write(before, to: file, mode: 0o640)
            let catalog = TestCatalog([.fixture(), .fixture("Api.v1", id: "host1:a:80", address: "2001:db8::1")])
            try await withBackend("hosts://\(file)", catalog) { log in
                await log.applied(1)
                let after = try #require(FileManager.default.contents(atPath: file.string))
                #expect(
                    try HostsBlock(node: "host1").lines(in: Array(after)) == "2001:db8::1\tapi-v1\n192.0.2.10\tweb\n")
                #expect(Files.status(file).map { $0.st_mode & 0o7777 } == 0o640)
                catalog.publish([])
                await log.applied(2)
                #expect(FileManager.default.contents(atPath: file.string) == Data(before))
            }
        }
    }

    @Test("Without a file one is made, with the block alone")
    func newHosts() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("hosts")
            try await runOnce("hosts://\(file)", TestCatalog([.fixture()]), settings: .standard)
            let text = """
                # BEGIN cairn host1: written by Cairn, changes are lost
                192.0.2.10\tweb
                # END cairn host1

                """
            #expect(Files.readIfPresent(file) == text)
        }
    }

    @Test("Names that a host has by itself, and addresses that are none, stay out of a hosts file")
    func reserved() {
        let registry = HostsRegistry(file: "/etc/hosts", node: "host1")
        let set = registry.records(
            for: registrations([
                .fixture("localhost"), .fixture("host1", id: "a"), .fixture(id: "b", address: "db.example.com"),
                .fixture("mirror.example.com", id: "c"),
            ]))
        #expect(set.records.values.map(\.content) == ["192.0.2.10\tmirror-example-com\n"])
        #expect(set.warnings.count == 3)
    }

    @Test(
        "Marks that make no pair are not touched",
        arguments: [
            "# BEGIN cairn host1: written by Cairn, changes are lost\nx\n", "# END cairn host1\n",
            "# END cairn host1\n# BEGIN cairn host1: written by Cairn, changes are lost\n",
        ])
    func torn(_ text: String) {
        let error = #expect(throws: CairnError.self) {
            try HostsBlock(node: "host1").replacing(in: Array(text.utf8), with: "x\n")
        }
        #expect(error?.code == .invalidFile)
    }

    @Test("Two hosts share one file")
    func shared() throws {
        let first = try HostsBlock(node: "a").replacing(in: Array("x\n".utf8), with: "1 one\n")
        let both = try HostsBlock(node: "b").replacing(in: first, with: "2 two\n")
        #expect(try HostsBlock(node: "a").lines(in: both) == "1 one\n")
        #expect(try HostsBlock(node: "b").lines(in: both) == "2 two\n")
        let without = try HostsBlock(node: "a").replacing(in: both, with: nil)
        #expect(try HostsBlock(node: "b").lines(in: without) == "2 two\n")
    }
}
