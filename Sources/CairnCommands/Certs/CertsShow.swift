import ArgumentParser
import CairnCore
import CairnNginx
import CairnStore

struct CertsShow: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "certs:show", "Print the certificate of an app, or its key.", usage: "<app> (crt | key)")

    @Argument(help: "The app.") var app: String
    @Argument(help: "crt or key.") var part: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        guard part == "crt" || part == "key" else { throw CairnError(.usage, "specify either 'key' or 'crt'") }
        guard let certificate = try context.store().certificate(of: app) else {
            throw CairnError(
                .notFound, "\(app.name) doesn't have an SSL endpoint defined", hint: "Add one with certs:add.")
        }
        context.output.bytes(Array((part == "crt" ? certificate.chain : certificate.privateKey).utf8))
    }
}

/// `certs:report`: all facts, empty where there is no certificate.
enum CertsReportSource: PropertyNamespace {
    static let name = "certs"
    static let title = "ssl"
    static let prefix = "ssl"
    static let definitions: [PropertyDefinition] = []

    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] {
        guard let app else { return [] }
        let stored = try context.store().certificate(of: app)
        var info: CertificateInfo?
        if let stored {
            // It is reported on whether it is still valid or not.
            info = try await CairnNginx.Certificate(chainPEM: stored.chain, keyPEM: stored.privateKey).checked(now: 0)
        }
        let verified = info.map { $0.isSelfSigned ? "self signed" : "verified by a certificate authority" }
        return [
            ReportRow("ssl-dir", context.settings.nginxRoot + "/certs/\(app.name)"),
            ReportRow("ssl-enabled", stored != nil),
            ReportRow("ssl-expires-at", info.map { Timestamp(secondsSince1970: $0.notAfter).text } ?? ""),
            ReportRow("ssl-hostnames", info?.names.map(\.rawValue).joined(separator: " ") ?? ""),
            ReportRow("ssl-issuer", info?.issuer.joined(separator: "; ") ?? ""),
            ReportRow("ssl-starts-at", info.map { Timestamp(secondsSince1970: $0.notBefore).text } ?? ""),
            ReportRow("ssl-subject", info?.subject.joined(separator: "; ") ?? ""),
            ReportRow("ssl-verified", verified ?? ""),
        ]
    }
}
