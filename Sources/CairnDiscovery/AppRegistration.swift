public import CairnCatalog
public import CairnCore
public import CairnStore
import Foundation

/// How a copy of an app's process is registered: rows in, instances of services out. Pure.
public struct AppRegistration: Sendable {
    private let app: App
    private let node: String
    private let containerNamePrefix: String
    private let mappings: [PortMapping]
    private let primaryPort: Int
    private let host: String?

    /// - Parameters:
    ///   - node: The name of this host in the catalog.
    ///   - containerNamePrefix: What container names begin with; mostly empty.
    ///   - primaryPort: The port that the web process was told as `PORT`.
    ///   - host: What checks over HTTP send as `Host`; nil sends the address.
    public init(
        app: App, node: String, containerNamePrefix: String, mappings: [PortMapping], primaryPort: Int, host: String?
    ) {
        self.app = app
        self.node = node
        self.containerNamePrefix = containerNamePrefix
        self.mappings = mappings
        self.primaryPort = primaryPort
        self.host = host
    }

    /// The instances of services that a copy is: for web, one for each container port that is mapped; for other processes
    /// one without a port, which is found by its address.
    ///
    /// - Parameters:
    ///   - manifest: The app.json of the copy's release, whose readiness and liveness checks go on after the deploy.
    ///   - variables: The copy's environment, of which the `SERVICE_…` say more about the service.
    public func registrations(
        of instance: Instance, manifest: AppJSON, variables: [String: String] = [:]
    ) -> [ServiceRegistration] {
        ports(of: instance.name.process).map { port in
            registration(of: instance, port: port, manifest: manifest, variables: variables)
        }
    }

    private func ports(of process: ProcessType) -> [Int] {
        guard process == .web else { return [0] }
        let ports = Set(mappings.map(\.containerPort))
        return ports.isEmpty
            ? [primaryPort] : ports.sorted { ($0 == primaryPort ? 0 : 1, $0) < ($1 == primaryPort ? 0 : 1, $1) }
    }

    private func registration(
        of instance: Instance, port: Int, manifest: AppJSON, variables: [String: String]
    ) -> ServiceRegistration {
        let process = instance.name.process
        let isPrimary = process != .web || port == ports(of: process).first
        let container = "\(containerNamePrefix)\(app.name).\(instance.name).\(instance.id)"
        var service = Service(
            node: node, id: "\(node):\(container):\(port)",
            name: AppServiceName.name(app: app.name, process: process, port: isPrimary ? nil : port),
            tags: [process.rawValue],
            meta: ["app": app.name.rawValue, "process": process.rawValue, "instance": instance.name.description],
            address: instance.address.description, port: port,
            origin: .app(
                Service.AppInstance(
                    appID: app.id, app: app.name, instanceID: instance.id, name: instance.name)))
        let metadata = AppServiceMetadata(variables: variables, port: port)
        service.tags += metadata.tags.filter { !service.tags.contains($0) }
        service.meta.merge(metadata.meta) { own, _ in own }
        service.weights = metadata.weights
        let engine = Check(
            node: node, id: Check.engineID(of: service.id), serviceID: service.id, name: "Container",
            status: .passing, definition: Check.Definition(probe: .engine))
        let checks = isPrimary ? AppChecks(service: service, instance: instance, host: host).checks(in: manifest) : []
        return ServiceRegistration(service: service, checks: [engine] + checks)
    }
}

/// The names that an app's processes have in the catalog. No app has an underscore in its name, so that no app can get
/// another's.
public enum AppServiceName {
    /// `billing` for the web process, `billing_worker` for another, `billing_8080` for a further port of web.
    public static func name(app: AppName, process: ProcessType, port: Int? = nil) -> String {
        if let port { return "\(app)_\(port)" }
        return process == .web ? app.rawValue : "\(app)_\(process)"
    }

    /// Whether a name belongs to one of the apps, so that nothing else may be registered under it.
    public static func isReserved(_ name: String, apps: Set<String>) -> Bool {
        apps.contains(String(name.lowercased().prefix { $0 != "_" }))
    }
}
