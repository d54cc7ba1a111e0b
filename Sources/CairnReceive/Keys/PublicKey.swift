public import CairnCore

/// A public key as OpenSSH writes it: one line of a `.pub` file (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"), without options.
public struct PublicKey: Sendable, Hashable, CustomStringConvertible {
    /// Such as `ssh-ed25519`.
    public let type: String
    /// The key itself in base64.
    public let blob: String
    /// The rest of the line, often `user@host`; may be empty.
    public let comment: String

    /// The types that sshd accepts as user keys; certificates are not keys of their own (ssh_config(5),
    /// `PubkeyAcceptedAlgorithms`).
    static let types: Set<String> = [
        "ssh-ed25519", "sk-ssh-ed25519@openssh.com", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521", "sk-ecdsa-sha2-nistp256@openssh.com",
    ]

    /// - Throws: `E-INVALID-VALUE` for anything but one key. A line that begins with options (`command="…" ssh-rsa …`) is
    ///   refused too: which options a key gets is Cairn's to say.
    public init(parsing text: String) throws(CairnError) {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        guard let line = lines.first else { throw Self.error("it is empty") }
        guard lines.count == 1 else { throw Self.error("it holds \(lines.count) lines; add one key at a time") }
        guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }), line.utf8.count <= 16_384 else {
            throw Self.error("it holds control characters or is longer than 16 KiB")
        }
        let parts = line.split(maxSplits: 2) { $0 == " " || $0 == "\t" }
        guard parts.count >= 2, Self.types.contains(String(parts[0])) else {
            throw Self.error(
                line.hasPrefix("-----BEGIN") ? "it is a private key, which you must not give away" : Self.expectation)
        }
        type = String(parts[0])
        blob = String(parts[1])
        comment = parts.count > 2 ? String(parts[2]) : ""
        guard Self.isBase64(blob), Self.names(type, in: blob) else { throw Self.error("the key is damaged") }
    }

    public var description: String { comment.isEmpty ? "\(type) \(blob)" : "\(type) \(blob) \(comment)" }

    private static let expectation = "it must begin with a key type such as ssh-ed25519, then the key in base64"

    private static func isBase64(_ text: String) -> Bool {
        let digits = text.utf8.prefix { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: "/")
        }
        let padding = text.utf8.dropFirst(digits.count)
        return text.utf8.count % 4 == 0 && digits.count >= 32 && padding.count <= 2
            && padding.allSatisfy { $0 == UInt8(ascii: "=") }
    }

    /// The blob starts with the length and name of its type (RFC 4253, 6.6), so every type has a fixed base64 beginning.
    private static func names(_ type: String, in blob: String) -> Bool {
        let beginning = [0, 0, 0, UInt8(type.utf8.count)] + Array(type.utf8)
        // Whole groups of three bytes only: the last digit of a part depends on what follows.
        let whole = beginning.prefix(beginning.count / 3 * 3)
        return blob.hasPrefix(base64(Array(whole)))
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count - 2, by: 3) {
            let group = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
            result += [18, 12, 6, 0].map { alphabet[group >> $0 & 63] }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func error(_ reason: String) -> CairnError {
        CairnError(
            .invalidValue, "This is not an ssh public key: \(reason)",
            hint: "Give the content of a .pub file, such as ~/.ssh/id_ed25519.pub.")
    }
}
