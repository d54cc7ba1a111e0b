import FoundationEssentials

/// A public key of OpenSSH, as in a `.pub` file: type, base64, comment.
///
/// Only what Cairn itself writes into `authorized_keys` decides what a key may do, so a line with options before the
/// key is refused, and the key is decoded to its last byte: nothing of the text that sshd would read differently is
/// kept.
public struct SSHPublicKey: Hashable, Sendable, CustomStringConvertible {
    /// The name of the algorithm, such as `ssh-ed25519`.
    public let type: String
    /// The key in the encoding of RFC 4253, section 6.6, beginning with its type.
    public let blob: [UInt8]
    /// What the owner wrote after the key; control characters are gone and it is at most 200 characters long.
    public let comment: String

    /// - Parameter text: The content of a `.pub` file; blank lines and lines that start with `#` are passed over.
    /// - Throws: `E-INVALID-VALUE` when there is no key, more than one, options before it, or something that is not a
    ///   key of a type that can be used safely.
    public init(parsing text: String) throws(CairnError) {
        let line = try Self.onlyLine(of: text)
        let words = line.unicodeScalars.split(maxSplits: 2, omittingEmptySubsequences: true) { $0.isBlank }.map {
            String($0)
        }
        let type = words.first ?? ""
        guard Self.types.contains(type) else { throw Self.typeError(words) }
        guard words.count >= 2, let data = Data(base64Encoded: words[1]), data.base64EncodedString() == words[1] else {
            throw Self.error("its second word is not base64")
        }
        blob = Array(data)
        var reader = SSHKeyReader(blob)
        if let problem = reader.problem(type: type) { throw Self.error(problem) }
        self.type = type
        let comment = words.count > 2 ? String(words[2].unicodeScalars.filter { !$0.isHidden && $0 != "\t" }) : ""
        self.comment = String(comment.unicodeScalars.prefix(200)).trimmingBlanks
    }

    /// The key as one line without its comment. Two keys are the same key when these are equal.
    public var keyText: String { "\(type) \(Data(blob).base64EncodedString())" }

    /// The key as one line of `authorized_keys` or of a `.pub` file.
    public var description: String { comment.isEmpty ? keyText : "\(keyText) \(comment)" }

    /// The fingerprint that `ssh-keygen -l` prints: `SHA256:` and the hash of the blob in base64 without padding.
    public var fingerprint: String {
        let base64 = Data(SHA256.hash(blob)).base64EncodedString()
        return "SHA256:" + String(base64.prefix { $0 != "=" })
    }

    /// The types of keys that current OpenSSH accepts by default; DSA is not among them.
    public static let types = [
        "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ]

    private static func onlyLine(of text: String) throws(CairnError) -> String {
        guard text.utf8.count <= 64 * 1024 else { throw error("it is longer than 64 KiB") }
        let lines = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }.map { String($0).trimmingBlanks }
            .filter { !$0.isEmpty && $0.unicodeScalars.first != "#" }
        guard let line = lines.first else {
            throw CairnError(.invalidValue, "Empty key was specified", hint: "Give the content of a .pub file.")
        }
        guard !line.utf8.starts(with: "----".utf8) else { throw armouredError(line) }
        guard lines.count == 1 else {
            throw CairnError(
                .invalidValue, "Too many keys provided: \(lines.count) lines instead of one",
                hint: "Add each key by itself.")
        }
        return line
    }

    private static func armouredError(_ line: String) -> CairnError {
        if line.contains("PRIVATE KEY") {
            return CairnError(
                .invalidValue, "This is a private key, not a public one",
                hint: "Keep it to yourself, and give the file that ends in .pub.")
        }
        return CairnError(
            .invalidValue, "Key specified is not in OpenSSH's format",
            hint: "Convert it with 'ssh-keygen -i -f FILE', or with -m PKCS8 for a PEM file.")
    }

    private static func typeError(_ words: [String]) -> CairnError {
        switch words.first ?? "" {
        case "ssh-dss": error("DSA keys are too weak, and OpenSSH no longer accepts them")
        case let type where type.contains("-cert-"): error("it is a certificate")
        case _ where words.dropFirst().contains { word in types.contains { word.utf8.starts(with: $0.utf8) } }:
            error("there is text before the key; what a key may do is not set by its line")
        case let type: error("'\(type.excerpt(40))' is not a type of key")
        }
    }

    private static func error(_ reason: String) -> CairnError {
        CairnError(
            .invalidValue, "Key specified is not a valid ssh public key: \(reason)",
            hint:
                "Give the content of a .pub file ('ssh-ed25519 AAAA… name'). 'ssh-keygen -t ed25519' makes a key."
        )
    }
}
