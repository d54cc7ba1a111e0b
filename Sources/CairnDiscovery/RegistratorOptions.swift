import CairnCatalog
public import CairnCore
public import CairnStore

/// The registrator's part of the settings of discovery.
public struct RegistratorOptions: Sendable, Equatable {
    /// The name of this host in the catalog, with which ids begin.
    public let node: String
    private let values: DiscoverySettings

    public init(_ store: Store) throws(CairnError) {
        node = try store.ownNode().name
        values = DiscoverySettings(try store.properties(DiscoverySettings.namespace, in: .global))
    }

    /// Whether tags are made by a template, which needs all that the engine says.
    public var usesTemplate: Bool { values["tags"] != nil }

    /// Whether no container is registered.
    public var isOff: Bool { values["register"] == "none" }

    /// - Parameter apps: The names of Cairn's apps, whose services nothing else can be.
    /// - Throws: `E-INVALID-VALUE`.
    public func settings(apps: Set<String>) throws(CairnError) -> RegistratorSettings {
        var options = RegistratorSettings.Options()
        options.ip = values["ip"]
        options.hostIPv4 = HostInterfaces.primary()?.description ?? "127.0.0.1"
        options.hostIPv6 = HostInterfaces.primaryIPv6()
        options.isInternal = values["register"] == "internal"
        options.isExplicit = values["register"] == "explicit"
        options.useIPFromLabel = values["ip-label"]
        options.tags = values["tags"]
        options.isStrict = values.flag("strict")
        options.alwaysSuffix = values.flag("always-suffix")
        return try RegistratorSettings(options) { AppServiceName.isReserved($0, apps: apps) }
    }
}
