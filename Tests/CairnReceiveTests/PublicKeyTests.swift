import CairnCore
import CairnReceive
import Testing

/// The blob of an Ed25519 key that ssh-keygen made for these tests.
let ed25519 = "AAAAC3NzaC1lZDI1NTE5AAAAILrpyQNFzCLhZ7WBSsmehfQTK4azGGOzfUohS5er0cc4"

@Suite("Public keys")
struct PublicKeyTests {
    @Test func isReadWithItsComment() throws {
        let key = try PublicKey(parsing: "ssh-ed25519 \(ed25519) alice's laptop\n")
        #expect(key.type == "ssh-ed25519")
        #expect(key.blob == ed25519)
        #expect(key.comment == "alice's laptop")
        #expect(key.description == "ssh-ed25519 \(ed25519) alice's laptop")
    }

    @Test func aCommentIsNotNeeded() throws {
        #expect(try PublicKey(parsing: "ssh-ed25519 \(ed25519)").comment.isEmpty)
    }

    @Test func everyTypeHasItsOwnBeginning() throws {
        let blob =
            "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBrSSKCAjltpvQXvQiZvKq0wt353EwBopFbu/9juElfiz9xWSzjDC6w9VP8sP+zF9v85Lrw1L3VU4KlgqfGCvoM="
        #expect(try PublicKey(parsing: "ecdsa-sha2-nistp256 \(blob)").type == "ecdsa-sha2-nistp256")
    }

    @Test(
        "What is not one plain key is refused",
        arguments: [
            "", "\n", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa \(ed25519)", "ssh-dss \(ed25519)",
            "command=\"sh\" ssh-ed25519 \(ed25519)", "no-pty ssh-ed25519 \(ed25519)",
            "ssh-ed25519 \(ed25519) a\nssh-ed25519 \(ed25519) b", "ssh-ed25519 \(ed25519) a\rssh-rsa AAAA",
            "ssh-ed25519 \(ed25519)\u{0} x", "ssh-ed25519 \(ed25519.dropLast(4))*** x",
            "ssh-ed25519 \(ed25519) \u{1b}[2J", "-----BEGIN OPENSSH PRIVATE KEY-----\nxxxx",
            "ssh-ed25519 \(ed25519) " + String(repeating: "x", count: 20_000),
        ])
    func refusal(text: String) {
        let error = #expect(throws: CairnError.self) { try PublicKey(parsing: text) }
        #expect(error?.code == .invalidValue)
    }
}
