extension Namespace {
    static let logs = Namespace(
        "logs", "See what apps and failed deploys wrote",
        [Logs.self, LogsFailed.self, PropertyReport<LogsProperties>.self, PropertySet<LogsProperties>.self])
}
