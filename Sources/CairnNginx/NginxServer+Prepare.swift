import CairnCore
import CairnFiles
import Glibc
import SystemPackage

/// What is known of the host while a change is made.
struct ChangeContext: Sendable {
    let build: NginxProcess.Build
    let configuration: HostConfiguration
    let mode: NginxHost.Mode
    let templates: Templates

    var pidFile: FilePath { FilePath(configuration.pidFile ?? build.pidFile) }
}

extension NginxServer {
    /// Renders a vhost and writes what belongs to it under names that nothing live refers to yet.
    func prepare(
        _ vhost: VirtualHost, _ live: Generation, _ context: ChangeContext, _ table: inout SocketTable,
        edit: Edit?
    ) async throws -> Site {
        let certificate = try vhost.certificate.map { try write($0, of: vhost.app, live) }
        var rendered = try render(vhost, certificate: certificate, context)
        try table.admit(rendered.site)
        for (name, body) in rendered.profiles.sorted(by: { $0.key < $1.key }) {
            try Files.writeIfChanged(body, to: layout.profiles.appending("\(name).conf"))
        }
        guard var text = rendered.text else { return rendered.site }
        if let edit { text = try await edited(text, app: vhost.app, edit) }
        let known = live.sites[vhost.app]
        if let file = known?.file(in: layout), Files.readIfPresent(FilePath(file)) == text {
            rendered.site.version = known?.version
            return rendered.site
        }
        let version = nextVersion(of: vhost.app, after: live.number)
        rendered.site.version = version
        try Files.write(text, to: layout.apps.appending("\(vhost.app)@\(version).conf"))
        return rendered.site
    }

    /// The text of the app's own file as `install` would write it before anybody has edited it; nil when the app needs
    /// none. Nothing that is in force changes.
    ///
    /// With this, whoever edits the file can do so before `install` is called, which keeps others waiting.
    public func preview(_ vhost: VirtualHost) async throws -> String? {
        let live = liveGeneration()?.generation ?? Generation(number: 0, mode: .reload)
        let context = try await context(for: live.number + 1, live: live, adoptsMode: false)
        let certificate = vhost.certificate.map { certificateDirectory($0, of: vhost.app) }
        return try render(vhost, certificate: certificate, context).text
    }

    private func render(
        _ vhost: VirtualHost, certificate: FilePath?, _ context: ChangeContext
    ) throws -> SiteRenderer.Rendered {
        let renderer = SiteRenderer(
            host: host, version: context.build.version, mode: context.mode, templates: context.templates)
        return renderer.render(vhost, certificate: certificate?.string, snippets: try copySnippets(of: vhost.app))
    }

    /// Lets a plugin change a copy of the text.
    private func edited(_ text: String, app: AppName, _ edit: Edit) async throws -> String {
        let copy = layout.stage.appending("edit-\(app).conf")
        try Files.write(text, to: copy)
        defer { Files.remove(copy) }
        try await edit(copy)
        return try Files.read(copy)
    }

    /// A version that no file has, so that no file in force is ever written to.
    private func nextVersion(of app: AppName, after number: Int) -> Int {
        var version = number + 1
        while Files.exists(layout.apps.appending("\(app)@\(version).conf")) { version += 1 }
        return version
    }

    /// Copies the `*.conf` files that people and plugins have for the app, named by content: what is live is never what
    /// somebody is editing, and a mistake in it refuses this app's next change and nobody else's.
    private func copySnippets(of app: AppName) throws -> [String] {
        let directories = [layout.snippets.appending(app.rawValue), layout.pluginSnippets(of: app)]
        return try directories.flatMap { source in
            try Files.entries(source).filter { $0.hasSuffix(".conf") && !$0.hasPrefix(".") }.map { name in
                let text = try Files.read(source.appending(name))
                let copy = layout.apps.appending("\(app)@snippet-\(Fingerprint.of(name + "\u{0}" + text)).conf")
                try Files.writeIfChanged("# From \(source.appending(name))\n\(text)", to: copy)
                return copy.string
            }
        }
    }

    private func certificateDirectory(_ certificate: Certificate, of app: AppName) -> FilePath {
        layout.certificates.appending(app.rawValue).appending(certificate.fingerprint)
    }

    /// Writes the certificate and its key, readable for nginx's master (root) and Cairn alone, and removes those of the
    /// app that neither the live nor the new configuration refers to.
    private func write(_ certificate: Certificate, of app: AppName, _ live: Generation) throws -> FilePath {
        let directory = layout.certificates.appending(app.rawValue)
        let kept = certificateDirectory(certificate, of: app)
        try Files.makeDirectory(directory, mode: 0o700)
        try Files.makeDirectory(kept, mode: 0o700)
        try Files.writeIfChanged(certificate.chainPEM, to: kept.appending("server.crt"), mode: 0o600)
        try Files.writeIfChanged(certificate.keyPEM, to: kept.appending("server.key"), mode: 0o600)
        let inForce = live.sites[app]?.file(in: layout).flatMap { Files.readIfPresent(FilePath($0)) } ?? ""
        for name in Files.entries(directory) where name != certificate.fingerprint && !inForce.contains(name) {
            removeCertificate(directory.appending(name))
        }
        return kept
    }

    func removeCertificate(_ directory: FilePath) {
        Files.remove(directory.appending("server.crt"))
        Files.remove(directory.appending("server.key"))
        rmdir(directory.string)
    }

    /// What is known of the host now. The host's own configuration can change under us, so it is read each time.
    func context(for number: Int, live: Generation, adoptsMode: Bool) async throws -> ChangeContext {
        let build = try await build()
        let configuration = try HostConfiguration(
            main: host.mainConfiguration, entry: layout.entry, replacement: layout.generation(number),
            stage: layout.stage)
        guard configuration.includesCairn else {
            throw CairnError(
                .nginxRefused, "\(host.mainConfiguration) does not include \(layout.entry)",
                hint: "Write 'include \(layout.entry);' to /etc/nginx/conf.d/cairn.conf, then try again.")
        }
        let keeps = !live.sites.isEmpty && !adoptsMode
        return ChangeContext(
            build: build, configuration: configuration,
            mode: keeps ? live.mode : availableMode(build, configuration), templates: try templates())
    }

    private func availableMode(_ build: NginxProcess.Build, _ configuration: HostConfiguration) -> NginxHost.Mode {
        if host.mode != .automatic { return host.mode }
        let hasModule = build.hasLua || configuration.modules.contains { $0.hasSuffix("ngx_http_lua_module.so") }
        let library = host.luaPath.split(separator: "?", maxSplits: 1).joined(separator: "resty/core")
        return hasModule && Files.exists(FilePath(library)) ? .lua : .reload
    }
}
