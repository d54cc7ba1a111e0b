import CairnCore

/// Who has which name on which socket. nginx itself would only warn of two apps with one name, and then answer for the
/// one with the other; and a second transport on a socket would change what the first app's clients get.
struct SocketTable {
    private struct Row {
        var transport: Transport
        /// The key of the first app there, for messages.
        var first: (app: AppName, key: MappingKey)?
        /// The app that answers to every name there.
        var owner: AppName?
        var names: [Domain: AppName] = [:]
    }

    private var rows: [ListenSocket: Row] = [:]

    /// - Parameter host: its shared ports speak what they speak even before an app uses them.
    init(host: NginxHost) {
        for (port, transport) in [(host.sharedPorts.http, Transport.plain), (host.sharedPorts.https, .tls)] {
            for socket in ListenSocket.sockets(port: port, settings: NginxSettings(), ipv6: host.listensOnIPv6) {
                rows[socket] = Row(transport: transport)
            }
        }
    }

    /// Enters a site that has been admitted before.
    mutating func enter(_ site: Site) {
        for use in site.uses {
            for socket in use.sockets {
                var row = rows[socket] ?? Row(transport: use.transport)
                if row.first == nil { row.first = (site.app, use.key) }
                if site.ownsSockets { row.owner = site.app }
                for name in site.domains { row.names[name] = site.app }
                rows[socket] = row
            }
        }
    }

    /// Enters a site, unless it would take a name or a socket from another app.
    ///
    /// - Throws: `E-DOMAIN-TAKEN` or `E-INVALID-VALUE`, saying which app is in the way.
    mutating func admit(_ site: Site) throws(CairnError) {
        for use in site.uses {
            for socket in use.sockets {
                if let row = rows[socket] { try Self.check(site, use, row) }
            }
        }
        enter(site)
    }

    private static func check(_ site: Site, _ use: Site.Use, _ row: Row) throws(CairnError) {
        if row.transport != use.transport {
            throw CairnError(
                .invalidValue,
                "\(site.app) cannot have \(use.key): that port speaks "
                    + "\(row.transport.name)\(row.first.map { " for the app \($0.app) (\($0.key))" } ?? "")",
                hint: "All apps on a host port speak the same there; choose another host port with ports:set.")
        }
        if let first = row.first, first.app != site.app, site.ownsSockets || row.owner != nil {
            throw CairnError(
                .invalidValue,
                "Port \(use.key.hostPort) cannot be shared by \(site.app) and \(first.app): "
                    + "\(site.ownsSockets ? site.app : first.app) has no domain and so answers to every name there",
                hint: "Give it a domain with domains:add, or one of them another host port with ports:set.")
        }
        for name in site.domains {
            guard let other = row.names[name], other != site.app else { continue }
            throw CairnError(
                .domainTaken, "\(name) on port \(use.key.hostPort) is already served by the app \(other)",
                hint: "Remove it there first: domains:remove \(other) \(name)")
        }
    }
}

extension Transport {
    fileprivate var name: String {
        switch self {
        case .plain: "HTTP"
        case .http2: "HTTP/2 without TLS"
        case .tls: "TLS"
        }
    }
}
