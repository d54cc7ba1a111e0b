import CairnDeploy

enum BuildsProperties: PropertyNamespace {
    static let name = BuildRecords.namespace
    static let repeatsKeysWithPrefix = true
    static let definitions = [
        PropertyDefinition(BuildRecords.retention, standard: "\(BuildRecords.standardRetention)", .whole(1...1000))
    ]
}

extension Namespace {
    static let builds = Namespace(
        "builds", "See and cancel builds and deploys",
        [
            BuildsList.self, BuildsInfo.self, BuildsOutput.self, BuildsCancel.self, BuildsPrune.self,
            PropertyReport<BuildsProperties>.self, PropertySet<BuildsProperties>.self,
        ])
}
