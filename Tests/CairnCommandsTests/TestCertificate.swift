import Foundation
import Testing

/// A certificate that `openssl` makes for one test, with its key.
struct TestCertificate {
    let chain: String
    let key: String

    init(name: String, directory: String) throws {
        let (certificate, key) = (directory + "/made.crt", directory + "/made.key")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", "/CN=\(name)", "-out", certificate, "-keyout", key,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        self.chain = try String(contentsOfFile: certificate, encoding: .utf8)
        self.key = try String(contentsOfFile: key, encoding: .utf8)
    }
}
