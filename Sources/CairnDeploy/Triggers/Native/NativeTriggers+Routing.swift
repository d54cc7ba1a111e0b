import CairnCore
import CairnPlugins
import CairnStore
import DockerEngine
import Glibc

extension NativeTriggers {
    /// Domains, ports, certificates, the proxy, addresses.
    static let routing: [String: Answer] = [
        "domains-list": { request in lines(try request.store.domains(of: request.app()).map(\.rawValue)) },
        "domains-urls": { request in
            let urls = try await request.platform.shownURLs(of: request.app(), kind: request.argument(1))
            return lines(request.argument(1) == "url" ? Array(urls.prefix(1)) : urls)
        },
        "domains-vhost-enabled": { request in line(try !request.store.domains(of: request.app()).isEmpty) },
        "domains-add": { try await addDomain($0) },
        "certs-exists": { request in line(try request.store.certificate(of: request.app()) != nil) },
        "certs-get": { request in
            guard let found = try request.store.certificate(of: request.app()) else {
                throw request.no("The app has no certificate")
            }
            return request.argument(1) == "key" ? found.privateKey : found.chain
        },
        "ports-get": { request in
            // Without what plugins add: they answer the same question.
            let mappings = try request.platform.ownPortMappings(of: request.app())
            return request.argument(1) == "json" ? line(json(mappings)) : lines(mappings.map(\.description))
        },
        "ports-get-available": { _ in line("\(try freePort())") },
        "proxy-type": { _ in line("nginx") },
        "proxy-is-enabled": { request in
            line(try request.store.effectiveProperties("proxy", of: request.app().name)["disabled"] != "true")
        },
        "proxy-build-config": { request in
            try await request.platform.route(request.app(), tellsPlugins: false, reporter: request.reporter)
            return ""
        },
        "network-get-ipaddr": { try await address($0) },
        "network-get-listeners": { try listeners($0) },
        "network-config-exists": { request in
            line(try request.store.instances(of: request.app()).contains { $0.state == .live })
        },
    ]

    private static func addDomain(_ request: Request) async throws -> String {
        let app = try request.app()
        let domain = try Domain(validating: request.argument(1))
        guard try !request.store.domains(of: app).contains(domain) else { return "" }
        try request.store.addDomains([domain], to: app)
        do { try await request.platform.route(app, reporter: request.reporter) } catch let error as CairnError
            where error.code != .nginxDown
        {
            _ = try request.store.removeDomains([domain], from: app)
            throw error
        }
        try await request.platform.triggers.fire(
            .postDomainsUpdate, app.name.rawValue, "add", domain.rawValue, reporter: request.reporter)
        return ""
    }

    /// `APP TYPE CONTAINER`; the container may be one that is just being tried, or a task's.
    private static func address(_ request: Request) async throws -> String {
        let (app, container) = (try request.app(), request.argument(2))
        guard !container.isEmpty else { throw request.no("There is no container without an id") }
        let found = try request.store.instances(of: app).first { $0.containerID?.hasPrefix(container) == true }
        if let found { return line("\(found.address)") }
        let networks = try await request.platform.askEngine("looking for the container's address") {
            try await $0.inspectContainer(container).networks
        }
        let own = try networks[request.platform.networkName(of: app)]
        let first = own ?? networks.sorted { $0.key < $1.key }.first?.value
        guard let address = first?.ipAddress, !address.isEmpty else { throw request.no("The container has no address") }
        return line(address)
    }

    private static func listeners(_ request: Request) throws -> String {
        let app = try request.app()
        let type = request.argument(1).isEmpty ? "web" : request.argument(1)
        let port = try request.platform.portMappings(of: app).first?.containerPort ?? 5000
        return lines(
            try request.store.instances(of: app)
                .filter { $0.state == .live && $0.name.process.rawValue == type }
                .map { "\($0.address):\(port)" })
    }

    private static func json(_ mappings: [PortMapping]) -> String {
        JSONValue.array(
            mappings.map {
                [
                    "scheme": .string($0.scheme.rawValue), "host_port": .integer($0.hostPort),
                    "container_port": .integer($0.containerPort),
                ]
            }
        ).text
    }

    /// A port of the host that nobody listens on at the moment, of the kernel's choice.
    private static func freePort() throws(CairnError) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw CairnError(.io, "No free port was found: \(String(cString: strerror(errno)))") }
        return UInt16(bigEndian: address.sin_port)
    }
}
