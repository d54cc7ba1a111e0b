import CairnCore
import Logging

/// Makes the registry that a URL names.
struct RegistryFactory {
    let settings: BackendSettings
    let environment: [String: String]
    let logger: Logger

    func registry(for url: BackendURL, node: String) -> any Registry {
        switch url.target {
        case .consul(let server):
            ConsulRegistry(
                layout: ConsulLayout(timeToLive: settings.timeToLive),
                owner: OwnerMark(node: node), transport: HTTPEndpoint(server, named: "Consul"))
        case .consulKeyValue(let server, let prefix):
            ConsulKeyValueRegistry(
                layout: KeyValueLayout(prefix: prefix), owner: OwnerMark(node: node),
                transport: HTTPEndpoint(server, named: "Consul"))
        case .etcd(let server, let prefix):
            etcd(server, KeyValueLayout(prefix: "/" + prefix), node)
        case .skyDNS(let server, let domain):
            etcd(server, SkyDNSLayout(domain: domain), node)
        case .directory(let path):
            DirectoryRegistry(directory: path, node: node)
        case .hosts(let path):
            HostsRegistry(file: path, node: node)
        case .program(let path):
            ProgramRegistry(
                program: HookProgram(
                    path: path, timeLimit: settings.programTimeLimit, environment: environment, logger: logger),
                node: node, timeToLive: settings.timeToLive)
        }
    }

    private func etcd(_ server: BackendURL.Server, _ layout: any KeyValueLaying, _ node: String) -> EtcdRegistry {
        EtcdRegistry(
            layout: layout, owner: OwnerMark(node: node), timeToLive: settings.timeToLive,
            client: EtcdClient(transport: HTTPEndpoint(server, named: "etcd")))
    }
}
