public import CairnStore

/// The keys of the namespace `builds`.
public enum BuildRecords {
    public static let namespace = "builds"
    public static let retention = "retention"
    public static let standardRetention = 20
}

extension Platform {
    /// How many records of an app's builds are kept, with their logs.
    public func buildRetention(of app: App) throws -> Int {
        try store.effectiveProperties(BuildRecords.namespace, of: app.name)[BuildRecords.retention].flatMap(Int.init)
            ?? BuildRecords.standardRetention
    }
}
