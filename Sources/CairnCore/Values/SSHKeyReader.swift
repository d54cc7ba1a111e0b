/// Takes a public key's blob apart, string by string (RFC 4251, section 5).
struct SSHKeyReader {
    private var rest: ArraySlice<UInt8>

    init(_ blob: [UInt8]) { rest = blob[...] }

    /// What is wrong with a key of that type; nil for a good one.
    mutating func problem(type: String) -> String? {
        guard string().map({ $0.elementsEqual(type.utf8) }) == true else { return "its content is of another type" }
        let problem: String?
        switch type {
        case "ssh-ed25519": problem = edwardsProblem()
        case "ssh-rsa": problem = rsaProblem()
        case "ecdsa-sha2-nistp256": problem = curveProblem("nistp256", bytes: 32)
        case "ecdsa-sha2-nistp384": problem = curveProblem("nistp384", bytes: 48)
        case "ecdsa-sha2-nistp521": problem = curveProblem("nistp521", bytes: 66)
        case "sk-ssh-ed25519@openssh.com": problem = edwardsProblem() ?? applicationProblem()
        case "sk-ecdsa-sha2-nistp256@openssh.com":
            problem = curveProblem("nistp256", bytes: 32) ?? applicationProblem()
        default: problem = "its type is not known"
        }
        return problem ?? (rest.isEmpty ? nil : "there are bytes after its end")
    }

    /// RFC 8709, section 4.
    private mutating func edwardsProblem() -> String? { string()?.count == 32 ? nil : Self.damaged }

    /// RFC 4253, section 6.6: exponent and modulus, each without needless zeros before it.
    private mutating func rsaProblem() -> String? {
        guard let exponent = positiveInteger(), let modulus = positiveInteger(), let lowest = exponent.last,
            lowest & 1 == 1, let highest = modulus.first
        else { return Self.damaged }
        let bits = modulus.count * 8 - highest.leadingZeroBitCount
        if bits < 2048 { return "an RSA key of \(bits) bits is too short; at least 2048 are needed" }
        return bits > 16_384 ? "an RSA key of \(bits) bits is longer than OpenSSH takes" : nil
    }

    /// RFC 5656, section 3.1: the name of the curve and an uncompressed point.
    private mutating func curveProblem(_ curve: String, bytes: Int) -> String? {
        guard string().map({ $0.elementsEqual(curve.utf8) }) == true, let point = string(),
            point.count == 2 * bytes + 1, point.first == 4
        else { return Self.damaged }
        return nil
    }

    /// What a security key was made for, by default `ssh:` (OpenSSH's PROTOCOL.u2f).
    private mutating func applicationProblem() -> String? { string()?.isEmpty == false ? nil : Self.damaged }

    private static let damaged = "it is damaged"

    private mutating func positiveInteger() -> ArraySlice<UInt8>? {
        guard var bytes = string(), let first = bytes.first, first < 0x80 else { return nil }
        if first == 0 {
            bytes = bytes.dropFirst()
            guard let second = bytes.first, second >= 0x80 else { return nil }
        }
        return bytes
    }

    /// A length in four bytes, then that many bytes.
    private mutating func string() -> ArraySlice<UInt8>? {
        guard rest.count >= 4 else { return nil }
        let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        guard length <= rest.count else { return nil }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }
}
