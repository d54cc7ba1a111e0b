import CairnCore
import Mustache
import SystemPackage

/// Turns an app's vhost into text and into what the generation needs to know of it. Pure: the same vhost on the same
/// host gives the same bytes.
struct SiteRenderer {
    let host: NginxHost
    let version: NginxVersion
    let mode: NginxHost.Mode
    let templates: Templates

    /// An app's part of a configuration.
    struct Rendered: Equatable {
        var site: Site
        /// The app's own file; nil when all it has is shared.
        var text: String?
        /// Bodies of shared server blocks by their name.
        var profiles: [String: String] = [:]
    }

    /// Renders a vhost. `certificate` is the directory that holds `server.crt` and `server.key`, if the app has a
    /// certificate; `snippets` are files to include in each of the app's server blocks.
    func render(_ vhost: VirtualHost, certificate: String? = nil, snippets: [String] = []) -> Rendered {
        var result = Rendered(site: Site(app: vhost.app, domains: vhost.domains.sorted()))
        var servers: [String] = []
        for mapping in vhost.served(sharedPorts: host.sharedPorts) {
            let body = body(mapping, of: vhost)
            let isShared = sharesServers(vhost, mapping, hasSnippets: !snippets.isEmpty)
            let profile = isShared ? Fingerprint.of(body) : nil
            if let profile {
                result.profiles[profile] = body
            } else {
                servers.append(server(mapping, of: vhost, body: body, certificate: certificate, snippets: snippets))
            }
            result.site.uses.append(use(mapping, of: vhost, profile: profile))
        }
        if !servers.isEmpty { result.text = "# The app \(vhost.app).\n" + servers.joined() }
        return result
    }

    /// Server blocks cost the running nginx memory and each reload time (with the Lua module a tenth of a millisecond and
    /// 15 KB per location), so apps that differ in nothing but their names share one. Sharing needs Lua, which finds the
    /// app by the host.
    private func sharesServers(_ vhost: VirtualHost, _ mapping: PortMapping, hasSnippets: Bool) -> Bool {
        mode == .lua && mapping.scheme == .http && !vhost.domains.isEmpty && !vhost.standsAlone && !hasSnippets
    }

    private func use(_ mapping: PortMapping, of vhost: VirtualHost, profile: String?) -> Site.Use {
        Site.Use(
            key: mapping.key, transport: Transport(mapping.scheme),
            sockets: ListenSocket.sockets(port: mapping.hostPort, settings: vhost.settings, ipv6: host.listensOnIPv6),
            profile: profile)
    }

    /// What stands in a server block whoever it is for.
    private func body(_ mapping: PortMapping, of vhost: VirtualHost) -> String {
        let redirect = vhost.redirect(of: mapping, sharedPorts: host.sharedPorts)
        let isGRPC = mapping.scheme == .grpc || mapping.scheme == .grpcs
        var values = settings(vhost.settings)
        values["redirect"] = redirect != nil
        values["redirectPort"] = redirect.map { $0 == 443 ? "" : ":\($0)" }
        values["proxy"] = redirect == nil && !isGRPC
        values["grpc"] = redirect == nil && isGRPC
        values["lua"] = mode == .lua
        values["reload"] = mode == .reload
        values["named"] = !vhost.domains.isEmpty
        values["upstream"] = upstream(mapping, of: vhost)
        return templates.body.render(values)
    }

    private func upstream(_ mapping: PortMapping, of vhost: VirtualHost) -> String {
        if mode == .reload { return UpstreamBlocks.name(vhost.app, mapping.key) }
        if mapping.scheme == .grpc || mapping.scheme == .grpcs { return "cairn_grpc" }
        return vhost.settings[.proxyKeepalive] == "0" ? "cairn_once" : "cairn"
    }

    private func settings(_ settings: NginxSettings) -> [String: Any] {
        var values: [String: Any] = [
            "accessLog": accessLog(settings),
            "underscores": settings[.underscoreInHeaders],
            "clientHeaderTimeout": settings[.clientHeaderTimeout],
            "clientBodyTimeout": settings[.clientBodyTimeout],
            "clientMaxBodySize": settings[.clientMaxBodySize],
            "keepaliveTimeout": settings[.keepaliveTimeout],
            "lingeringTimeout": settings[.lingeringTimeout],
            "sendTimeout": settings[.sendTimeout],
            "proxyConnectTimeout": settings[.proxyConnectTimeout],
            "proxyReadTimeout": settings[.proxyReadTimeout],
            "proxySendTimeout": settings[.proxySendTimeout],
            "proxyBuffering": settings[.proxyBuffering],
            "buffers": buffers(settings),
            "forwardedFor": settings[.xForwardedForValue],
            "forwardedPort": settings[.xForwardedPortValue],
            "forwardedProto": settings[.xForwardedProtoValue],
        ]
        if settings.isSet(.xForwardedSSL) { values["forwardedSSL"] = settings[.xForwardedSSL] }
        switch settings[.errorLogPath] {
        case "": break
        case "off", "/dev/null": values["errorLog"] = "/dev/null"
        case let path: values["errorLog"] = path
        }
        return values
    }

    /// nginx's own sizes follow from one another, so only those that are set are written.
    private func buffers(_ settings: NginxSettings) -> [String] {
        let directives: [(NginxSettings.Key, String)] = [
            (.proxyBufferSize, "proxy_buffer_size"), (.proxyBuffers, "proxy_buffers"),
            (.proxyBusyBuffersSize, "proxy_busy_buffers_size"),
        ]
        return directives.filter { settings.isSet($0.0) }.map { "\($0.1) \(settings[$0.0])" }
    }

    private func accessLog(_ settings: NginxSettings) -> String {
        switch settings[.accessLogPath] {
        case "off", "/dev/null": return "off"
        case let path:
            let format = settings.isSet(.accessLogFormat) ? settings[.accessLogFormat] : "cairn"
            return "\(path.isEmpty ? host.accessLog.string : path) \(format)"
        }
    }

    private func server(
        _ mapping: PortMapping, of vhost: VirtualHost, body: String, certificate: String?, snippets: [String]
    ) -> String {
        let transport = Transport(mapping.scheme)
        let sockets = ListenSocket.sockets(port: mapping.hostPort, settings: vhost.settings, ipv6: host.listensOnIPv6)
        let role = vhost.domains.isEmpty ? " default_server" : ""
        var values: [String: Any] = [
            "listens": sockets.map { "\($0)\(transport.options(version))\(role)" },
            "http2": transport.needsHTTP2Directive(version),
            "names": vhost.domains.sorted().map(\.rawValue),
            "key": "\(vhost.app)|\(mapping.key)",
            "body": body,
            "snippets": snippets,
        ]
        if transport == .tls, let certificate {
            values["tls"] = true
            values["certificate"] = "\(certificate)/server.crt"
            values["certificateKey"] = "\(certificate)/server.key"
            values["hsts"] = mapping.scheme == .https ? strictTransportSecurity(vhost.settings) : nil
        }
        return templates.server.render(values)
    }

    /// RFC 6797, 6.1; nil when the app's settings say not to send it.
    private func strictTransportSecurity(_ settings: NginxSettings) -> String? {
        guard settings.isOn(.hsts) else { return nil }
        var text = "max-age=\(settings[.hstsMaxAge])"
        if settings.isOn(.hstsIncludeSubdomains) { text += "; includeSubDomains" }
        if settings.isOn(.hstsPreload) { text += "; preload" }
        return text
    }
}
