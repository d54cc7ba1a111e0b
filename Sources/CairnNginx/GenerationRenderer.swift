import CairnCore
import Mustache
import SystemPackage

/// Turns a generation into the text of its file but for its number. Pure.
struct GenerationRenderer {
    let host: NginxHost
    let version: NginxVersion
    let templates: Templates
    /// The directory of the Lua module.
    let luaDirectory: String
    /// The hash size directives that the rest of the configuration leaves to Cairn.
    let hashSizes: [String]

    /// Room for thousands of names of any legal length (253 bytes).
    static let hashSizeDirectives = [
        "server_names_hash_bucket_size": "512", "server_names_hash_max_size": "65536",
        "map_hash_bucket_size": "512", "map_hash_max_size": "65536", "variables_hash_max_size": "4096",
    ]

    /// The content of the file; `endpoints` is what `upstream` blocks are made of in `reload` mode.
    func render(_ generation: Generation, endpoints: EndpointTable) -> String {
        let layout = host.layout
        var values: [String: Any] = [
            "sites": generation.description,
            "hashSizes": hashSizes,
            "lua": generation.mode == .lua,
            "reload": generation.mode == .reload,
            "luaDirectory": luaDirectory,
            "luaPath": host.luaPath,
            "endpoints": layout.endpoints.string,
            "controlSocket": layout.controlSocket.string,
            "refusals": refusals(generation),
            "shared": sharedServers(generation),
            "files": generation.ordered.compactMap { $0.file(in: layout) },
        ]
        if generation.mode == .reload {
            let blocks = UpstreamBlocks(generation: generation, endpoints: endpoints)
            values["running"] = blocks.running
            values["upstreams"] = blocks.values
        }
        return templates.generation.render(values)
    }

    /// A refusing server for every socket in use that no app has to itself, and for the shared ports in any case.
    private func refusals(_ generation: Generation) -> [[String: Any]] {
        var transports: [ListenSocket: Transport] = [:]
        for socket in standard(host.sharedPorts.http) { transports[socket] = .plain }
        for socket in standard(host.sharedPorts.https) { transports[socket] = .tls }
        for site in generation.sites.values where !site.ownsSockets {
            for use in site.uses {
                for socket in use.sockets { transports[socket] = use.transport }
            }
        }
        return transports.sorted { $0.key < $1.key }.map { socket, transport in
            [
                "listen": "\(socket)\(transport.options(version))", "tls": transport == .tls,
                "http2": transport.needsHTTP2Directive(version),
            ]
        }
    }

    private func standard(_ port: Int) -> [ListenSocket] {
        ListenSocket.sockets(port: port, settings: NginxSettings(), ipv6: host.listensOnIPv6)
    }

    /// Server blocks that apps share, one for each body and set of sockets.
    private func sharedServers(_ generation: Generation) -> [[String: Any]] {
        var groups: [SharedServer: [(name: Domain, key: String)]] = [:]
        for site in generation.ordered {
            for use in site.uses {
                guard let profile = use.profile else { continue }
                let group = SharedServer(profile: profile, port: use.key.hostPort, sockets: use.sockets)
                groups[group, default: []] += site.domains.map { ($0, "\(site.app)|\(use.key)") }
            }
        }
        return groups.sorted { $0.key.route < $1.key.route }.map { group, keys in
            let keys = keys.sorted { $0.name < $1.name }
            return [
                "route": group.route,
                "keys": keys.map { ["name": $0.name.rawValue, "key": $0.key] },
                "server": server(group, names: keys.map(\.name.rawValue)),
            ]
        }
    }

    private func server(_ group: SharedServer, names: [String]) -> String {
        templates.server.render(
            [
                "listens": group.sockets.map(\.description), "names": names, "key": "$\(group.route)",
                "profile": host.layout.profiles.appending("\(group.profile).conf").string,
            ] as [String: Any])
    }
}

/// What apps must have in common to share a server block.
private struct SharedServer: Hashable {
    let profile: String
    let port: Int
    let sockets: [ListenSocket]

    /// The variable that tells an app by the host.
    var route: String { "cairn_route_\(Fingerprint.of("\(profile) \(sockets.map(\.description))"))" }
}

/// The `upstream` blocks of `reload` mode, one for each mapping that nginx serves.
struct UpstreamBlocks {
    /// The keys that have endpoints.
    var running: [String] = []
    /// The blocks for the template.
    var values: [[String: Any]] = []

    init(generation: Generation, endpoints: EndpointTable) {
        for site in generation.ordered {
            for use in site.uses {
                let servers = endpoints[site.app][use.key] ?? []
                if !servers.isEmpty { running.append("\(site.app)|\(use.key)") }
                values.append([
                    "name": Self.name(site.app, use.key),
                    // A block needs a server, and requests do not come this far without one.
                    "servers": servers.isEmpty ? ["127.0.0.1:1 down"] : servers.map(\.description),
                    "keepalive": !servers.isEmpty,
                ])
            }
        }
    }

    static func name(_ app: AppName, _ key: MappingKey) -> String {
        "cairn-\(app)-\(key.scheme.rawValue)-\(key.hostPort)"
    }
}
