import Foundation
import Testing

@testable import CairnCore

@Suite("ssh public keys")
struct SSHPublicKeyTests {
    @Test("Keys of every kind that ssh-keygen makes", arguments: SSHKeys.good)
    func accepts(line: String, fingerprint: String) throws {
        let key = try SSHPublicKey(parsing: "# mine\n\n\(line) ada@example.com\r\n")
        #expect(key.fingerprint == fingerprint)
        #expect(key.keyText == line)
        #expect(key.comment == "ada@example.com")
        #expect(key.description == "\(line) ada@example.com")
        #expect(try SSHPublicKey(parsing: line).description == line)
    }

    @Test func acceptsSecurityKeys() throws {
        let edwards = blob("sk-ssh-ed25519@openssh.com", [[UInt8](repeating: 7, count: 32), Array("ssh:".utf8)])
        #expect(throws: Never.self) { try SSHPublicKey(parsing: "sk-ssh-ed25519@openssh.com \(edwards)") }
        let point = [4] + [UInt8](repeating: 7, count: 64)
        let curve = blob("sk-ecdsa-sha2-nistp256@openssh.com", [Array("nistp256".utf8), point, Array("ssh:".utf8)])
        #expect(throws: Never.self) { try SSHPublicKey(parsing: "sk-ecdsa-sha2-nistp256@openssh.com \(curve)") }
    }

    @Test func commentsAreHarmless() throws {
        let key = try SSHPublicKey(parsing: "\(SSHKeys.ed25519)  a \u{1b}[31mb\u{202e} \"c\",command=\"id\"\tx")
        #expect(key.comment == "a [31mb \"c\",command=\"id\"x")
        #expect(key.description.utf8.allSatisfy { $0 >= 0x20 })
        let long = try SSHPublicKey(parsing: SSHKeys.ed25519 + " " + String(repeating: "a", count: 5000))
        #expect(long.comment.count == 200)
    }

    @Test(
        "What is not one public key",
        arguments: [
            ("", "Empty key was specified"), ("# only a comment\n", "Empty key was specified"),
            ("\(SSHKeys.ed25519)\n\(SSHKeys.rsa)", "Too many keys provided"),
            (SSHKeys.ed25519 + "\rid", "Too many keys provided"),
            ("command=\"id\" \(SSHKeys.ed25519)", "text before the key"),
            ("no-pty," + SSHKeys.ed25519, "not a type of key"),
            ("restrict,command=\"a b\" \(SSHKeys.ed25519)", "text before the key"), (SSHKeys.dsa, "too weak"),
            (SSHKeys.shortRSA, "1024 bits is too short"), ("ssh-ed25519", "not base64"),
            ("ssh-ed25519 !!!!", "not base64"),
            ("ssh-ed25519-cert-v01@openssh.com AAAA", "it is a certificate"),
            ("hello world", "'hello' is not a type of key"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", "private key"),
            ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n", "OpenSSH's format"),
            ("ssh-rsa \(SSHKeys.ed25519.dropFirst(12))", "another type"),
            (SSHKeys.ed25519 + "=", "not base64"),
            (String(SSHKeys.ed25519.dropLast(4)), "damaged"), (SSHKeys.ed25519 + "AAAA", "bytes after its end"),
            (String(repeating: "a", count: 70_000), "longer than 64 KiB"),
        ] as [(String, String)])
    func refuses(text: String, reason: String) {
        let error = refusal(.invalidValue) { try SSHPublicKey(parsing: text) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test("Every cut and every stretched length is noticed")
    func refusesDamage() throws {
        let blob = try SSHPublicKey(parsing: SSHKeys.nistp256).blob
        for length in 0..<blob.count {
            let text = "ecdsa-sha2-nistp256 " + Data(blob.prefix(length)).base64EncodedString()
            _ = refusal(.invalidValue) { try SSHPublicKey(parsing: text) }
        }
        var stretched = blob
        stretched[0] = 0xff
        let text = "ecdsa-sha2-nistp256 " + Data(stretched).base64EncodedString()
        _ = refusal(.invalidValue) { try SSHPublicKey(parsing: text) }
    }

    private func blob(_ type: String, _ fields: [[UInt8]]) -> String {
        let strings = [Array(type.utf8)] + fields
        return Data(strings.flatMap { [0, 0, 0, UInt8($0.count)] + $0 }).base64EncodedString()
    }
}

@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "The examples of FIPS 180-4 and the edges of a block",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (String(repeating: "a", count: 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
            (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
            (
                String(repeating: "a", count: 100_000),
                "6d1cf22d7cc09b085dfc25ee1a1f3ae0265804c607bc2074ad253bcc82fd81ee"
            ),
        ])
    func hashes(text: String, expected: String) {
        let hex = SHA256.hash(Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(hex == expected)
    }
}
