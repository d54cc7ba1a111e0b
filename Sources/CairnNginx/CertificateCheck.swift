import CairnCore
import Glibc
import Subprocess
import SystemPackage

extension Certificate {
    /// Checks a certificate and its key with `openssl` before anything is told to use them.
    ///
    /// - Parameter now: the time it must be valid at, in seconds since 1970; nil is the present.
    /// - Returns: what the certificate says of itself.
    /// - Throws: `E-INVALID-FILE`, naming the check that failed: the certificate's PEM, the key's PEM, a key that is
    ///   encrypted, a key that is another certificate's, or a certificate that has expired. `E-IO` without `openssl`.
    public func checked(now: Int? = nil) async throws -> CertificateInfo {
        try checkChain()
        try checkKey()
        let described = try await OpenSSL.run(
            [
                "x509", "-noout", "-subject", "-issuer", "-dates", "-ext", "subjectAltName", "-nameopt",
                "sep_multiline,utf8,esc_ctrl", "-dateopt", "iso_8601",
            ], input: chainPEM)
        guard described.succeeded, let info = CertificateInfo(parsing: described.output) else {
            throw Self.refused(
                "the certificate cannot be read", "Give the certificate as PEM text.", described.evidence)
        }
        try await checkMatch()
        guard info.notAfter > now ?? Int(time(nil)) else {
            throw Self.refused("the certificate has expired", "Have it renewed by who issued it, then add the new one.")
        }
        return info
    }

    /// Certificates and nothing else: what is in the file ends up in front of clients.
    private func checkChain() throws(CairnError) {
        let labels = PEM.labels(chainPEM)
        guard chainPEM.utf8.count <= PEM.maximumSize, !labels.isEmpty, labels.count <= 16,
            labels.allSatisfy({ $0 == "CERTIFICATE" || $0 == "TRUSTED CERTIFICATE" })
        else {
            throw Self.refused(
                "the certificate is not PEM text of 1 to 16 certificates",
                "Give the app's certificate first, then those that lead to the issuer, and not the key.")
        }
    }

    private func checkKey() throws(CairnError) {
        let labels = PEM.labels(keyPEM).filter { $0 != "EC PARAMETERS" }
        if labels == ["ENCRYPTED PRIVATE KEY"] || keyPEM.contains("Proc-Type: 4,ENCRYPTED") {
            throw Self.refused("the key is encrypted", "Decrypt it first: openssl pkey -in server.key -out plain.key")
        }
        guard keyPEM.utf8.count <= PEM.maximumSize, labels.count == 1, labels[0].hasSuffix("PRIVATE KEY") else {
            throw Self.refused(
                "the key is not PEM text of one private key", "Give the file that holds the private key.")
        }
    }

    private func checkMatch() async throws {
        let certified = try await OpenSSL.run(["x509", "-noout", "-pubkey"], input: chainPEM)
        // The key goes through a pipe, and is never on a command line or in a temporary file.
        let own = try await OpenSSL.run(["pkey", "-pubout", "-passin", "pass:"], input: keyPEM)
        guard own.succeeded else {
            throw Self.refused("the key cannot be read", "Give a private key as PEM text.", own.evidence)
        }
        guard certified.succeeded, certified.output == own.output else {
            throw Self.refused(
                "the key is not that of the certificate",
                "Give the key that the certificate was requested with; the app's own certificate comes first in its file."
            )
        }
    }

    private static func refused(_ reason: String, _ hint: String, _ evidence: [String] = []) -> CairnError {
        CairnError(.invalidFile, "Certificate refused: \(reason)", hint: hint, evidence: evidence)
    }
}

/// The encapsulation boundaries of RFC 7468.
private enum PEM {
    /// Chains are a few kilobytes.
    static let maximumSize = 1 << 18

    /// The labels of all blocks, in order.
    static func labels(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            guard line.hasPrefix("-----BEGIN "), line.hasSuffix("-----") else { return nil }
            return String(line.dropFirst(11).dropLast(5))
        }
    }
}

/// The `openssl` program.
private enum OpenSSL {
    struct Result: Sendable {
        let succeeded: Bool
        let output: String
        let evidence: [String]
    }

    static func run(_ arguments: [String], input: String) async throws -> Result {
        do {
            return try await withDeadline(.seconds(20)) {
                let result = try await Subprocess.run(
                    .name("openssl"), arguments: Arguments(arguments), input: .string(input),
                    output: .string(limit: 1 << 20),
                    error: .string(limit: 1 << 16))
                return Result(
                    succeeded: result.terminationStatus.isSuccess, output: result.standardOutput,
                    evidence: NginxProcess.lines(result.standardError))
            }
        } catch let error as SubprocessError {
            throw CairnError(.io, "Could not run openssl: \(error)", hint: "Install it: apt-get install openssl")
        }
    }
}
