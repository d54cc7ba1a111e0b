import CairnCatalog

/// What the `SERVICE_…` variables of an app say about its services, by the registrator's rules. What would give an app
/// another name, another address, or take it out of the catalog is not read: those are Cairn's to give. Nor are checks,
/// which app.json declares.
struct AppServiceMetadata {
    let tags: [String]
    let meta: [String: String]
    let weights: Service.Weights

    private static let ignored: Set<String> = [
        "id", "name", "tags", "ignore", "weight", "network", "ip", "internal", "force_register",
    ]

    init(variables: [String: String], port: Int) {
        let entries = ServiceMetadata(variables: variables).entries(port: port, transport: "tcp")
        tags = RegistrationLimits.tags(ServiceNaming.tags(in: entries.value("tags") ?? "")).tags
        let facts = entries.filter { !Self.ignored.contains($0.key) && !$0.key.hasPrefix("check_") }
        meta = RegistrationLimits.meta(facts.mapValues(\.value)).meta
        let weight = entries.value("weight").flatMap(Int.init).map { min(max($0, 1), 65_535) }
        weights = weight.map { Service.Weights(passing: $0, warning: $0) } ?? Service.Weights()
    }
}
