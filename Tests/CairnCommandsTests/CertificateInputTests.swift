import CairnCore
import CairnStore
import Testing
@testable import CairnCommands

@Suite("Certificates as commands are given them")
struct CertificateInputTests {
    private func archive(_ members: [(String, String)]) -> [UInt8] {
        var writer = TarWriter()
        for (name, content) in members { writer.add(name, content: Array(content.utf8)) }
        return writer.finished()
    }

    @Test func readsBothFilesInAnyDirectory() throws {
        let input = try CertificateInput(
            archive: archive([("a/b/server.crt", "C"), ("._server.crt", "junk"), ("x.txt", ""), ("server.key", "K")]))
        #expect(input.chain == "C")
        #expect(input.key == "K")
    }

    private static let refused: [([(String, String)], String)] = [
        ([("server.crt", "C")], "Tar archive is missing .key file"),
        ([("server.key", "K")], "Tar archive is missing .crt file"),
        ([("a.crt", "C"), ("b.crt", "C"), ("k.key", "K")], "Tar archive contains more than one .crt file"),
        ([("/etc/a.crt", "C"), ("k.key", "K")], "leads out of the archive"),
        ([("../a.crt", "C"), ("k.key", "K")], "leads out of the archive"),
    ]

    @Test("Members that are refused", arguments: refused)
    func refuses(members: [(String, String)], reason: String) throws {
        let error = #expect(throws: CairnError.self) { try CertificateInput(archive: archive(members)) }
        #expect(error?.code == .invalidFile)
        #expect(error?.message.contains(reason) == true)
    }

    @Test func refusesWhatIsNoArchive() throws {
        let whole = archive([("a.crt", "C"), ("a.key", "K")])
        var link = whole
        link[156] = UInt8(ascii: "2")
        let broken = [
            [], Array("not a tar".utf8), Array(whole.prefix(700)), Array(whole.prefix(1024)), link,
            [UInt8](repeating: 0xff, count: 4096), Array(repeating: 0, count: 1024),
        ]
        for bytes in broken {
            let error = #expect(throws: CairnError.self) { try CertificateInput(archive: bytes) }
            #expect(error?.code == .invalidFile)
        }
    }

    @Test func commandsSayWhatIsMissing() async throws {
        let host = try TestHost()
        try host.app("web")
        #expect(await host.run("certs:add", "web") == 2)
        #expect(host.errors.contains("Tar archive containing server.crt and server.key expected on stdin"))
        #expect(await host.run("certs:add", "web", input: []) == 2)
        #expect(await host.run("certs:add", "web", "one.crt") == 2)
        #expect(await host.run("certs:add", "web", "/nope/a.crt", "/nope/a.key") == 1)
        #expect(await host.run("certs:add", "web", "/etc/passwd", "/etc/passwd", key: "anna") == 1)
        #expect(host.errors.contains("[E-NOT-ALLOWED]"))
        #expect(await host.run("certs:show", "web", "crt") == 1)
        #expect(await host.run("certs:show", "web", "both") == 2)
        #expect(await host.run("certs:remove", "web") == 1)
        #expect(host.errorLines.first == " !     An app-specific SSL endpoint is not defined [E-NOT-FOUND]")
    }

    @Test func addReportShowAndRemove() async throws {
        let host = try TestHost()
        try await host.setUpWithNginx()
        try host.app("web")
        await host.run("ports:set", "web", "http:80:5000")
        await host.run("domains:set", "web", "a.example.com")
        let made = try TestCertificate(name: "a.example.com", directory: host.root)
        let other = try TestCertificate(name: "a.example.com", directory: host.root)
        let tar = archive([("server.crt", made.chain), ("server.key", made.key)])
        #expect(await host.run("certs:add", "web", input: tar) == 0)
        #expect(
            host.lines == [
                "-----> Added the port mapping https:443:5000", "-----> web has a certificate for a.example.com",
            ])
        #expect(await host.run("certs:show", "web", "crt") == 0)
        #expect(host.output == made.chain)
        #expect(await host.run("certs:report", "web", "--ssl-subject") == 0)
        #expect(host.output == "CN=a.example.com\n")
        #expect(await host.run("urls", "web") == 0)
        #expect(host.lines == ["http://a.example.com", "https://a.example.com"])
        #expect(await host.run("url", "web") == 0)
        #expect(host.lines == ["https://a.example.com"])
        let mixed = archive([("server.crt", made.chain), ("server.key", other.key)])
        #expect(await host.run("certs:update", "web", input: mixed) == 1)
        #expect(host.errors.contains("the key is not that of the certificate [E-INVALID-FILE]"))
        #expect(await host.run("certs:remove", "web") == 0)
        #expect(await host.run("ports:report", "web", "--ports-map") == 0)
        #expect(host.output == "http:80:5000\n")
        #expect(try !host.store.events().contains { $0.message.contains("PRIVATE") })
    }
}
