public import CairnCore
public import CairnStore

/// How an app's instances are registered: rows in, catalog rows out. Pure.
public enum Registration {
    /// The catalog rows of an instance: for web, one for each container port that is mapped; for other processes none, as
    /// long as nothing says which port they listen on.
    public static func services(
        of instance: Instance, app: App, mappings: [PortMapping], status: Service.Status, output: String = ""
    ) -> [Service] {
        guard instance.name.process == .web else { return [] }
        return Set(mappings.map(\.containerPort)).sorted().map {
            Service(app: app, instance: instance, port: $0, status: status, output: output)
        }
    }

    /// The rows that an app should have in the catalog when its ports have changed. What is known of each instance's health
    /// stays.
    public static func services(
        of instances: [Instance], app: App, mappings: [PortMapping], known: [Service]
    ) -> [Service] {
        let health = Dictionary(known.compactMap { row in row.instanceID.map { ($0, row) } }) { first, _ in first }
        return instances.filter { $0.state == .live }.flatMap { instance in
            services(
                of: instance, app: app, mappings: mappings, status: health[instance.id]?.status ?? .passing,
                output: health[instance.id]?.output ?? "")
        }
    }
}

/// What the catalog answers when it is asked who serves.
public enum Lookup {
    /// The instances that may be given requests for a mapping: web, healthy, on the mapping's port.
    public static func passing(_ services: [Service], for mapping: PortMapping) -> [Service] {
        services.filter {
            $0.status == .passing && $0.instance?.process == .web && $0.port == mapping.containerPort
        }
    }
}
