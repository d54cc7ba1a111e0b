import CairnCore
import CairnReceive
import CairnStore
import Foundation
import Testing

/// The blob of an Ed25519 key that ssh-keygen made for these tests.
private let ed25519 = "AAAAC3NzaC1lZDI1NTE5AAAAILrpyQNFzCLhZ7WBSsmehfQTK4azGGOzfUohS5er0cc4"

@Suite("authorized_keys")
struct AuthorizedKeysTests {
    let key = SSHKey(
        name: "alice", fingerprint: "SHA256:abc+/=", publicKey: "ssh-ed25519 \(ed25519) alice@example.com",
        allowsTerminal: false)

    func lines(_ keys: [SSHKey], root: String? = nil) throws -> [String] {
        let settings = try HostSettings(environment: root.map { ["CAIRN_ROOT": $0] } ?? [:])
        return try AuthorizedKeys.render(keys, settings: settings).split(separator: "\n").dropFirst().map(String.init)
    }

    @Test func everyKeyIsALineThatAllowsOneCommand() throws {
        #expect(
            try lines([key]) == [
                "restrict,command=\"/usr/bin/cairn ssh-session --key alice --fingerprint SHA256:abc+/=\" "
                    + "ssh-ed25519 \(ed25519) alice@example.com"
            ])
    }

    @Test func aTerminalIsAPrivilege() throws {
        let key = SSHKey(
            name: "bob", fingerprint: "SHA256:x", publicKey: "ssh-ed25519 \(ed25519)", allowsTerminal: true)
        #expect(try lines([key])[0].hasPrefix("restrict,pty,command="))
    }

    @Test func anotherRootIsNamed() throws {
        #expect(try lines([key], root: "/srv/cairn")[0].contains("\"CAIRN_ROOT=/srv/cairn /usr/bin/cairn ssh-session "))
    }

    @Test func aRootWithShellCharactersStaysOneWord() throws {
        #expect(try lines([key], root: "/srv/$(id);x")[0].contains("\"CAIRN_ROOT='/srv/$(id);x' /usr/bin/cairn "))
    }

    @Test(
        "A name that could be more than a word is refused",
        arguments: [
            "a b", "a\"b", "a;b", "$(id)", "-x", "", "a\nb", "a'b", "ä", "`id`", String(repeating: "x", count: 129),
        ])
    func hostileName(name: String) throws {
        let key = SSHKey(
            name: name, fingerprint: "SHA256:x", publicKey: "ssh-ed25519 \(ed25519)", allowsTerminal: false)
        let error = #expect(throws: CairnError.self) { try lines([key]) }
        #expect(error?.code == .invalidValue)
    }

    @Test func aSecondLineInAKeyIsRefused() throws {
        let key = SSHKey(
            name: "x", fingerprint: "SHA256:x", publicKey: "ssh-ed25519 \(ed25519)\nssh-ed25519 \(ed25519)",
            allowsTerminal: false)
        #expect(throws: CairnError.self) { try lines([key]) }
    }

    @Test func theFileIsReplacedWholeAndReadableByItsOwnerOnly() throws {
        try withTemporaryDirectory { root in
            let settings = try HostSettings(environment: ["CAIRN_ROOT": root])
            #expect(try AuthorizedKeys.install([key], settings: settings))
            #expect(try !AuthorizedKeys.install([key], settings: settings), "the same keys are no change")
            #expect(try AuthorizedKeys.install([], settings: settings))
            let text = try String(contentsOfFile: settings.authorizedKeys, encoding: .utf8)
            #expect(text == (try AuthorizedKeys.render([], settings: settings)))
            #expect(try permissions(settings.authorizedKeys) == 0o600)
            #expect(try permissions(root + "/.ssh") == 0o700)
            #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/.ssh") == ["authorized_keys"])
        }
    }

    @Test func aLinkInPlaceOfTheFileIsNotFollowed() throws {
        try withTemporaryDirectory { root in
            let settings = try HostSettings(environment: ["CAIRN_ROOT": root])
            try FileManager.default.createDirectory(atPath: root + "/.ssh", withIntermediateDirectories: true)
            try "precious".write(toFile: root + "/other", atomically: false, encoding: .utf8)
            try FileManager.default.createSymbolicLink(
                atPath: settings.authorizedKeys, withDestinationPath: root + "/other")
            try AuthorizedKeys.install([key], settings: settings)
            #expect(try String(contentsOfFile: root + "/other", encoding: .utf8) == "precious")
        }
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}

/// Runs the body with a directory that is removed afterwards.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = FileManager.default.temporaryDirectory.path + "/cairn-receive-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}
