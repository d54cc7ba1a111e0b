import ArgumentParser
import CairnCore
import CairnDeploy
import CairnNginx
import CairnPlugins
import CairnStore

struct CertsAdd: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "certs:add", "Serve an app by https, with a certificate and its key.", usage: "<app> [<certificate> <key>]",
        discussion: """
            Without files, a tar archive with one .crt and one .key file is read from standard input. The certificate is \
            checked before anything is changed: that it is valid now, and that the key is its own.
            """)

    @Argument(help: "The app.") var app: String
    @Argument(help: "Paths on the host: the certificate with its chain, then the key.") var files: [String] = []

    func run(in context: CommandContext) async throws {
        try await CertificateChange(app: context.app(app), context: context).add(files)
    }
}

struct CertsUpdate: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "certs:update", "Replace the certificate of an app.", usage: "<app> [<certificate> <key>]")

    @Argument(help: "The app.") var app: String
    @Argument(help: "Paths on the host: the certificate with its chain, then the key.") var files: [String] = []

    func run(in context: CommandContext) async throws {
        try await CertificateChange(app: context.app(app), context: context).add(files)
    }
}

struct CertsRemove: CairnCommand {
    static let configuration = CommandConfiguration.cairn("certs:remove", "Serve an app by http only.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        try await CertificateChange(app: context.app(app), context: context).remove()
    }
}

/// A change of an app's certificate: rows, nginx, the timeline and the plugins, in this order.
struct CertificateChange {
    let app: App
    let context: CommandContext

    func add(_ files: [String]) async throws {
        let input = try CertificateInput(files: files, context)
        let info = try await CairnNginx.Certificate(chainPEM: input.chain, keyPEM: input.key).checked()
        let store = try context.store()
        warn(info, domains: try store.domains(of: app))
        let mappings = try store.portMappings(of: app)
        // Mappings that were set by hand hold no https by themselves; the others get it with the certificate.
        let missing = mappings.contains(where: \.isTLS) ? nil : mappings.first { $0.scheme == .http }?.containerPort
        let added = missing.map {
            PortMapping(scheme: .https, hostPort: context.settings.httpsPort, containerPort: $0)
        }
        try await replace(mappings: mappings + [added].compactMap { $0 }) {
            try store.setCertificate(chain: input.chain, privateKey: input.key, of: app)
        }
        let names = info.names.map(\.rawValue).joined(separator: " ")
        try await finish("certificate-added", names, .postCertsUpdate)
        if let added { context.output.step("Added the port mapping \(added)") }
        context.output.step("\(app.name) has a certificate for \(names)")
    }

    func remove() async throws {
        let store = try context.store()
        guard try store.certificate(of: app) != nil else {
            throw CairnError(
                .notFound, "An app-specific SSL endpoint is not defined", hint: "There is nothing to remove.")
        }
        context.output.step("Removing SSL endpoint from \(app.name)")
        let kept = try store.portMappings(of: app).filter {
            $0.scheme != .https || $0.hostPort != context.settings.httpsPort
        }
        try await replace(mappings: kept) { _ = try store.removeCertificate(of: app) }
        try await finish("certificate-removed", "", .postCertsRemove)
    }

    /// Changes the rows and routes; when that is refused, the old certificate and mappings are put back.
    private func replace(mappings: [PortMapping], _ change: () throws -> Void) async throws {
        let store = try context.store()
        let (oldCertificate, oldMappings) = (try store.certificate(of: app), try store.portMappings(of: app))
        try change()
        try store.setPortMappings(mappings, of: app)
        try await context.reroute(app) {
            try store.setPortMappings(oldMappings, of: app)
            if let old = oldCertificate {
                try store.setCertificate(chain: old.chain, privateKey: old.privateKey, of: app, at: old.addedAt)
            } else {
                _ = try store.removeCertificate(of: app)
            }
        }
    }

    private func finish(_ event: String, _ message: String, _ trigger: Trigger) async throws {
        try context.store().addEvent(event, app: app.name, actor: context.actor, message)
        let triggers = try context.platform().triggers
        try await triggers.fire(trigger, app.name.rawValue, reporter: context.reporter)
        // The domains are the same, but not how they are served.
        try await triggers.fire(.postDomainsUpdate, app.name.rawValue, reporter: context.reporter)
    }

    /// A domain that the certificate does not name is served with it all the same; browsers will refuse it.
    private func warn(_ info: CertificateInfo, domains: [Domain]) {
        for domain in domains where !info.covers(domain) {
            context.output.warning("The certificate does not name \(domain), so browsers will not accept it there")
        }
    }
}
