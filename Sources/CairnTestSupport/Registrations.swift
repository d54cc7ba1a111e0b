public import CairnCatalog
import CairnCore
public import CairnStore

extension ServiceRegistration {
    /// A copy of an app as it is in the catalog after its deploy: with the check that follows the engine.
    public static func copy(
        _ instance: Instance, of app: App, port: Int, status: HealthStatus = .passing, output: String = "",
        node: String = "localhost"
    ) -> ServiceRegistration {
        let service = Service(
            node: node, id: "\(instance.id):\(port)", name: app.name.rawValue,
            address: instance.address.description, port: port,
            origin: .app(
                Service.AppInstance(appID: app.id, app: app.name, instanceID: instance.id, name: instance.name)))
        let check = Check(
            node: node, id: Check.engineID(of: service.id), serviceID: service.id, name: "Container", status: status,
            output: output, definition: Check.Definition(probe: .engine))
        return ServiceRegistration(service: service, checks: [check])
    }
}
