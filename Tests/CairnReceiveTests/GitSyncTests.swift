import CairnCore
import Testing

@testable import CairnReceive

@Suite("Code from other hosts")
struct GitSyncTests {
    @Test(
        "Addresses by which git would run a program or read this host are refused",
        arguments: [
            "ext::sh -c id", "--upload-pack=id", "file:///etc", "/srv/repo.git", "../repo", "ssh://-oProxyCommand=id/x",
            "https://", "ftp://example.com/x", "a b",
        ])
    func refusedAddresses(url: String) {
        #expect(throws: CairnError.self) { try RemoteRepository(validating: url) }
    }

    @Test("Passwords in addresses are not shown")
    func shownAddresses() throws {
        #expect(
            try RemoteRepository(validating: "https://me:secret@example.com/a.git").shown == "https://example.com/a.git"
        )
        #expect(
            try RemoteRepository(validating: "https://token@example.com/a.git").shown == "https://example.com/a.git")
        #expect(try RemoteRepository(validating: "ssh://git@example.com/a").shown == "ssh://git@example.com/a")
        #expect(try RemoteRepository(validating: "git@example.com:a/b").shown == "git@example.com:a/b")
    }

    @Test("A .netrc keeps one entry for each host, and what Cairn did not write is not lost")
    func passwords() throws {
        #expect(
            try HostPasswords.parse("machine a login b password c\nmachine d\n  login e\n  password f\n")
                == [.init(host: "a", user: "b", password: "c"), .init(host: "d", user: "e", password: "f")])
        #expect(throws: CairnError.self) { try HostPasswords.parse("default login anonymous password x") }
        #expect(throws: CairnError.self) { try HostPasswords.parse("machine a macdef x") }
    }

    @Test("A known host with another key is not taken for good, unless it is asked for")
    func knownHosts() throws {
        let known = ["h ssh-ed25519 AAA", "other ssh-rsa BBB"]
        #expect(try KnownHosts.merge(known, ["h ssh-ed25519 AAA"], replacing: false).sorted() == known)
        #expect(throws: CairnError.self) { try KnownHosts.merge(known, ["h ssh-ed25519 CCC"], replacing: false) }
        #expect(
            try KnownHosts.merge(known, ["h ssh-ed25519 CCC"], replacing: true).sorted()
                == ["h ssh-ed25519 CCC", "other ssh-rsa BBB"])
        #expect(try KnownHosts.merge(known, ["h ssh-rsa DDD"], replacing: false).count == 3)
    }

    @Test("Hosts have a name and perhaps a port", arguments: ["-oX", "", "a b", "a:0", "a:x", "$(id)", "[::1"])
    func hosts(text: String) throws {
        #expect(throws: CairnError.self) { try KnownHosts.Host(validating: text) }
        #expect(try KnownHosts.Host(validating: "example.com:2222").port == 2222)
        #expect(try KnownHosts.Host(validating: "[::1]:2222").name == "::1")
        #expect(try KnownHosts.Host(validating: "::1").port == 22)
    }

    @Test("What cannot be an image, an author or an archive's address is refused")
    func values() throws {
        for text in ["", "-x", "a b", "scratch", "a\nRUN id", "a//b", "a$b"] {
            #expect(throws: CairnError.self, "\(text)") { try ImageName(validating: text) }
        }
        #expect(
            try ImageName(validating: "r.example.com:5000/a/b:1.2@sha256:ab").dockerfile(id: "i")
                == Array("# i\nFROM r.example.com:5000/a/b:1.2@sha256:ab\n".utf8))
        #expect(throws: CairnError.self) { try CommitAuthor(name: "a <b", email: nil) }
        #expect(throws: CairnError.self) { try CommitAuthor(name: "a\nparent x", email: nil) }
        let credentials = HostCredentials(try HostSettings())
        for url in ["file:///etc/passwd", "ftp://x/y", "http://", "https://-x", "http://a/\"\nupload-file=x", "-o"] {
            #expect(throws: CairnError.self, "\(url)") {
                try ArchiveDownload(validating: url, credentials: credentials, environment: [:])
            }
        }
    }
}
