public import CairnCatalog
public import CairnCore

/// What the catalog answers when nginx asks who serves.
public enum Lookup {
    /// The instances that may be given requests for a mapping: copies of web on the mapping's port. One of which any
    /// check is critical gets none, on whatever port.
    public static func serving(_ services: [Service], for mapping: PortMapping) -> [Service] {
        let critical = Set(services.filter { $0.status == .critical }.compactMap { $0.appInstance?.instanceID })
        return services.filter { service in
            guard let instance = service.appInstance, instance.name.process == .web else { return false }
            return service.port == mapping.containerPort && !critical.contains(instance.instanceID)
        }
    }
}
