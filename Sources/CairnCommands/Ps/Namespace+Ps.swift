extension Namespace {
    static let ps = Namespace(
        "ps", "Scale, restart, stop and look at the processes of apps",
        [
            PsReport.self, PsScale.self, PsRestart.self, PsRebuild.self, PsStart.self, PsStop.self, PsInspect.self,
            PsWhy.self, PropertySet<PsProperties>.self,
        ])
}
