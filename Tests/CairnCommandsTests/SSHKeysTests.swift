import CairnCore
import CairnStore
import Foundation
import Testing
@testable import CairnCommands

@Suite("ssh-keys:*")
struct SSHKeysTests {
    let host: TestHost
    init() throws { host = try TestHost() }

    private let key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINmki5sV06eB6W/Tj6c0WkSYR3P6g+jDDp8cYq/EjF8S me@x\n"
    private let fingerprint = "SHA256:D0k2XSeo4+jJ6X/qR3saX7rgMrBafgw7QzvDacU6hLk"

    @Test func addListAndRemove() async throws {
        #expect(await host.run("ssh-keys:add", "me", input: Array(key.utf8)) == 0)
        #expect(host.lines == [fingerprint])
        let file = try String(contentsOfFile: host.root + "/.ssh/authorized_keys", encoding: .utf8)
        #expect(file.contains("restrict,command="))
        #expect(file.contains("ssh-session --key me"))
        #expect(await host.run("ssh-keys:add", "me", input: Array(key.utf8)) == 1)
        #expect(host.errors.contains("[E-NAME-TAKEN]"))
        #expect(await host.run("ssh-keys:list") == 0)
        #expect(host.lines == ["\(fingerprint) NAME=\"me\" SSHCOMMAND_ALLOWED_KEYS=\"restrict\""])
        #expect(await host.run("ssh-keys:list", "--format", "json", "me") == 0)
        guard case .array(let keys) = try host.json else { return #expect(Bool(false), "an array") }
        #expect(keys.count == 1)
        #expect(await host.run("ssh-keys:list", "other") == 1)
        #expect(await host.run("ssh-keys:list", "other", "--format", "json") == 0)
        #expect(host.output == "[]\n")
        #expect(await host.run("ssh-keys:remove", "--fingerprint", fingerprint) == 0)
        #expect(try !String(contentsOfFile: host.root + "/.ssh/authorized_keys", encoding: .utf8).contains("ed25519"))
        #expect(await host.run("ssh-keys:remove", "me") == 0)
        #expect(await host.run("ssh-keys:remove") == 2)
    }

    @Test("A removal whose file could not be written: the list refuses the key, and the next call writes the file")
    func removalIsFinished() async throws {
        #expect(await host.run("ssh-keys:add", "me", input: Array(key.utf8)) == 0)
        #expect(await host.run("ssh-session", "--key", "me", "--fingerprint", fingerprint) == 0)
        #expect(host.output.contains("Hello me"))
        let path = host.root + "/.ssh/authorized_keys"
        let file = try String(contentsOfFile: path, encoding: .utf8)
        // Nothing can be renamed to the name of a directory.
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(await host.run("ssh-keys:remove", "me") == 1)
        #expect(host.errors.contains("[E-IO]"))
        try FileManager.default.removeItem(atPath: path)
        try file.write(toFile: path, atomically: false, encoding: .utf8)

        #expect(await host.run("ssh-session", "--key", "me", "--fingerprint", fingerprint) == 1)
        #expect(host.errors.contains("[E-NOT-ALLOWED]") && host.output.isEmpty)
        #expect(await host.run("ssh-keys:remove", "me") == 0)
        #expect(host.errors.contains("did not fit the list"))
        #expect(try !String(contentsOfFile: path, encoding: .utf8).contains("ed25519"))
        #expect(await host.run("ssh-keys:remove", "me") == 0)
        #expect(!host.errors.contains("did not fit the list"))
    }

    @Test("A key is known by its name and its fingerprint together")
    func sessionOfAnotherKey() async throws {
        #expect(await host.run("ssh-keys:add", "me", input: Array(key.utf8)) == 0)
        #expect(await host.run("ssh-session", "--key", "me", "--fingerprint", "SHA256:other") == 1)
        #expect(await host.run("ssh-session", "--key", "you", "--fingerprint", fingerprint) == 1)
    }

    @Test(
        "What is no key",
        arguments: [
            "", "hello", "ssh-ed25519", "command=\"sh\" ssh-ed25519 AAAA", "-----BEGIN OPENSSH PRIVATE KEY-----",
        ])
    func refuses(text: String) async throws {
        #expect(await host.run("ssh-keys:add", "me", input: Array(text.utf8)) == 1)
        #expect(try host.store.sshKeys().isEmpty)
    }

    @Test("What is no name of a key", arguments: ["a b", "a\"b", "../x", "a\nb", ""])
    func refusesName(name: String) async throws {
        #expect(await host.run("ssh-keys:add", "--", name, input: Array(key.utf8)) == 1)
        #expect(try host.store.sshKeys().isEmpty)
    }

    @Test func asksForAKey() async throws {
        #expect(await host.run("ssh-keys:add", "me") == 2)
        #expect(host.errors.contains("No key specified via file or pipe"))
        #expect(await host.run("ssh-keys:add") == 2)
    }
}
