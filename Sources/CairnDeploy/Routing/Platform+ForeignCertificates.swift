import CairnCore
import CairnNginx
import CairnPlugins
import CairnStore

extension Platform {
    /// Takes over a certificate that a plugin has written into the app's `tls` directory instead of calling `certs:add`.
    /// One that does not pass the checks is replaced by the one that the rows have, with a warning.
    ///
    /// - Throws: `E-IO`, and what the store throws.
    func takeOverCertificate(of app: App, reporter: any ProgressReporter) async throws {
        let tree = CompatibilityTree(settings: settings, store: store)
        guard let found = tree.foreignCertificate(of: app) else { return }
        let known = try store.certificate(of: app)
        if known?.chain != found.chain || known?.privateKey != found.privateKey {
            do throws(CairnError) {
                try await takeOver(found, of: app)
            } catch {
                reporter.warning(
                    "The files tls/server.crt and tls/server.key that a plugin wrote for \(app.name) are not used: "
                        + error.message)
            }
        }
        try tree.settleCertificate(of: app)
    }

    private func takeOver(_ found: ForeignCertificate, of app: App) async throws(CairnError) {
        let certificate = CairnNginx.Certificate(chainPEM: found.chain, keyPEM: found.privateKey)
        let info: CertificateInfo
        do { info = try await certificate.checked() } catch {
            throw error as? CairnError ?? CairnError(.io, "\(error)")
        }
        let mappings = try store.portMappings(of: app)
        // As certs:add does it: mappings that were set by hand hold no https by themselves.
        if !mappings.contains(where: \.isTLS), let http = mappings.first(where: { $0.scheme == .http }) {
            let added = PortMapping(
                scheme: .https, hostPort: settings.httpsPort, containerPort: http.containerPort)
            try store.setPortMappings(mappings + [added], of: app)
        }
        try store.setCertificate(chain: found.chain, privateKey: found.privateKey, of: app)
        try store.addEvent(
            "certificate-added", app: app.name, actor: actor, info.names.map(\.rawValue).joined(separator: " "))
    }
}
