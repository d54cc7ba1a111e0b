// Whoever runs containers. Cairn's own name as a scheduler is `docker-local`.
extension Trigger {
    public static let schedulerDetect = Self(
        "scheduler-detect", .mandatory, "APP|--global", answer: "`docker-local`.", origin: .request,
        "Asks who runs the app's containers.")
    public static let schedulerDeploy = Self(
        "scheduler-deploy", .mandatory, "SCHEDULER APP IMAGE-TAG [TYPE]", pace: .slow,
        "Before containers of a release start; a plugin starts its own where SCHEDULER is its name.")
    public static let schedulerPostDeployProcess = Self(
        "scheduler-post-deploy-process", .advisory, "APP TYPE", "All processes of one type are up.")
    public static let schedulerRun = Self(
        "scheduler-run", .mandatory, "SCHEDULER APP COUNT VARIABLE... -- COMMAND...", pace: .unlimited,
        "Before a one-off container starts.")
    public static let schedulerPostRun = Self(
        "scheduler-post-run", .advisory, "SCHEDULER APP CONTAINER STATUS", "A one-off container has ended.")
    public static let schedulerStop = Self(
        "scheduler-stop", .mandatory, "SCHEDULER APP [REMOVES]", "Before the app's containers are stopped.")
    public static let schedulerLogs = Self(
        "scheduler-logs", .mandatory, "SCHEDULER APP TYPE TAIL PRETTY COUNT", pace: .unlimited,
        "Before the app's logs are shown.")
    public static let schedulerLogsFailed = Self(
        "scheduler-logs-failed", .mandatory, "SCHEDULER APP", "Before the logs of the last failed deploy are shown.")
    public static let schedulerAppStatus = Self(
        "scheduler-app-status", .mandatory, "SCHEDULER APP", answer: "`COUNT true|false|mixed`.", origin: .request,
        "Asks how many containers the app has and whether they run.")
    public static let schedulerIsDeployed = Self(
        "scheduler-is-deployed", .mandatory, "SCHEDULER APP", answer: "Nothing: status 0 says yes.", origin: .request,
        "Asks whether the app is deployed.")
    public static let schedulerEnter = Self(
        "scheduler-enter", .mandatory, "SCHEDULER APP [TYPE|--container-id ID] -- COMMAND", pace: .unlimited,
        "Before a command runs in a container of the app.")
    public static let schedulerInspect = Self(
        "scheduler-inspect", .mandatory, "SCHEDULER APP", answer: "JSON.", origin: .request,
        "Asks for what the engine knows about the app's containers.")
    public static let schedulerPreRestore = Self(
        "scheduler-pre-restore", .advisory, "SCHEDULER APP", "Before an app comes back after a start of the host.")
    public static let schedulerPostDelete = Self(
        "scheduler-post-delete", .advisory, "SCHEDULER APP IMAGE-TAG", "The app's containers are gone for good.")

    static let scheduler: [Trigger] = [
        schedulerDetect, schedulerDeploy, schedulerPostDeployProcess, schedulerRun, schedulerPostRun, schedulerStop,
        schedulerLogs, schedulerLogsFailed, schedulerAppStatus, schedulerIsDeployed, schedulerEnter, schedulerInspect,
        schedulerPreRestore, schedulerPostDelete,
    ]
}
