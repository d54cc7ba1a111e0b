extension Namespace {
    static let releases = Namespace(
        "releases", "See what was deployed, and go back",
        [
            ReleasesList.self, ReleasesInfo.self, ReleasesRollback.self, PropertyReport<ReleasesProperties>.self,
            PropertySet<ReleasesProperties>.self,
        ])
}
