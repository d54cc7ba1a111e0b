// What Cairn knows and the usual names have no word for.
extension Trigger {
    public static let releaseCreated = Self(
        "release-created", .advisory, "APP VERSION IMAGE",
        "A release has been recorded; its containers have not started yet.")
    public static let rolledBack = Self(
        "rolled-back", .advisory, "APP VERSION TARGET", "A rollback to the release TARGET serves, as VERSION.")
    public static let deployFailed = Self(
        "deploy-failed", .advisory, "APP BUILD CODE", "A deploy has failed; the message is on standard input.")
    public static let scaled = Self(
        "scaled", .advisory, "APP TYPE=COUNT...", "Another number of processes runs.")
    public static let endpointSwitched = Self(
        "endpoint-switched", .advisory, "APP VERSION",
        "Requests go to other processes; `SCHEME:PORT ADDRESS:PORT...` of each mapping is a line on standard input.")
    public static let registered = Self(
        "registered", .advisory, "APP INSTANCE ADDRESS", "A healthy process has entered the catalog.")
    public static let deregistered = Self(
        "deregistered", .advisory, "APP INSTANCE ADDRESS", "A process has left the catalog.")
    public static let healthChanged = Self(
        "health-changed", .advisory, "APP INSTANCE passing|critical REASON",
        "A running process begins or ceases to serve.")

    static let own: [Trigger] = [
        releaseCreated, rolledBack, deployFailed, scaled, endpointSwitched, registered, deregistered, healthChanged,
    ]
}
