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
        warn(info, domains: try context.store().domains(of: app))
        try await replace { try $0.setCertificate(chain: input.chain, privateKey: input.key, of: app) }
        let names = info.names.map(\.rawValue).joined(separator: " ")
        try await finish("certificate-added", names, .postCertsUpdate)
        context.output.step("\(app.name) has a certificate for \(names)")
    }

    func remove() async throws {
        guard try context.store().certificate(of: app) != nil else {
            throw CairnError(.notFound, "An app-specific SSL endpoint is not defined", hint: "There is nothing to remove.")
        }
        context.output.step("Removing SSL endpoint from \(app.name)")
        try await replace { _ = try $0.removeCertificate(of: app) }
        try await finish("certificate-removed", "", .postCertsRemove)
    }

    /// Changes the row and routes; when nginx refuses, the old certificate is put back.
    private func replace(_ change: (Store) throws -> Void) async throws {
        let store = try context.store()
        let old = try store.certificate(of: app)
        try change(store)
        try await context.reroute(app) {
            if let old {
                try store.setCertificate(chain: old.chain, privateKey: old.privateKey, of: app, at: old.addedAt)
            } else {
                _ = try store.removeCertificate(of: app)
            }
        }
    }

    private func finish(_ event: String, _ message: String, _ trigger: Trigger) async throws {
        try context.store().addEvent(event, app: app.name, actor: context.actor, message)
        try await context.platform().triggers.fire(trigger, app.name.rawValue, reporter: context.reporter)
    }

    /// A domain that the certificate does not name is served with it all the same; browsers will refuse it.
    private func warn(_ info: CertificateInfo, domains: [Domain]) {
        for domain in domains where !info.covers(domain) {
            context.output.warning("The certificate does not name \(domain), so browsers will not accept it there")
        }
    }
}
