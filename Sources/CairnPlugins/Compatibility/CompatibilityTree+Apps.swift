import CairnCatalog
import CairnCore
import CairnStore

extension CompatibilityTree {
    /// What plugins find about one app.
    func write(_ app: App, _ files: DerivedFiles) throws(CairnError) {
        let root = root(app.name.rawValue)
        try files.makeDirectory(root, mode: 0o711)
        try files.makeDirectory(root + "/nginx.conf.d")
        let domains = try store.domains(of: app).map(\.rawValue)
        try files.write(domains.isEmpty ? nil : domains.lines, to: root + "/VHOST")
        try linkRepository(of: app, root, files)
        try writeCertificate(of: app, root, files)
        try writeCopies(of: app, root, files)
        try writeRelease(of: app, root, files)
    }

    /// The app's directory is also its repository, for programs that read it as one.
    private func linkRepository(of app: App, _ root: String, _ files: DerivedFiles) throws(CairnError) {
        let repository = settings.repository(of: app.name)
        guard FileSystem.exists(repository) else { return }
        for name in ["HEAD", "config", "info", "objects", "packed-refs", "refs"] {
            if FileSystem.exists("\(repository)/\(name)") {
                try files.link("\(root)/\(name)", to: "../../repos/\(app.name).git/\(name)")
            }
        }
        try files.link(root + "/hooks", to: "../../hooks")
    }

    /// `CONTAINER.web.1`, `IP.web.1` and `PORT.web.1` for each copy that serves.
    private func writeCopies(of app: App, _ root: String, _ files: DerivedFiles) throws(CairnError) {
        let services = try store.services(of: app)
        var wanted: [String: String] = [:]
        for instance in try store.instances(of: app) where instance.state == .live {
            guard let container = instance.containerID else { continue }
            wanted["CONTAINER.\(instance.name)"] = container
            wanted["IP.\(instance.name)"] = instance.address.description
            if let port = services.first(where: { $0.appInstance?.instanceID == instance.id && $0.port != 0 })?.port {
                wanted["PORT.\(instance.name)"] = "\(port)"
            }
        }
        for name in FileSystem.names(in: root) where wanted[name] == nil {
            if ["CONTAINER.", "IP.", "PORT."].contains(where: name.hasPrefix) {
                try FileSystem.remove("\(root)/\(name)")
            }
        }
        for (name, value) in wanted { try files.write(value + "\n", to: "\(root)/\(name)") }
    }

    private func writeRelease(of app: App, _ root: String, _ files: DerivedFiles) throws(CairnError) {
        let library = settings.compatibilityLibrary
        let release = try store.currentRelease(of: app)
        let commands = release?.content.commands.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" } ?? []
        try files.write(
            release == nil ? "false" : "true", to: "\(library)/config/common/\(app.name)/deployed", mode: 0o600)
        try files.write(commands.isEmpty ? nil : commands.lines, to: "\(library)/data/ps/\(app.name)/Procfile")
        try files.write(release?.content.appJSON, to: "\(library)/data/app-json/\(app.name)/app.json")
        try files.write(release?.content.revision.map { $0 + "\n" }, to: "\(library)/data/git/\(app.name)/revision")
        let scale = try store.fullScale(of: app).sorted { $0.key < $1.key }
        try files.write(scale.map { "\($0.key)=\($0.value)" }.lines, to: root + "/DOKKU_SCALE")
    }
}
