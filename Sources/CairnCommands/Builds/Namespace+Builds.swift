extension Namespace {
    static let builds = Namespace(
        "builds", "See and cancel builds and deploys",
        [BuildsList.self, BuildsInfo.self, BuildsOutput.self, BuildsCancel.self, BuildsPrune.self])
}
