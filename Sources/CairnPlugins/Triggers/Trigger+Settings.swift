// Configuration, tasks at fixed times, storage, and who runs containers.
extension Trigger {
    public static let postConfigUpdate = Self(
        "post-config-update", .advisory, "APP set|unset|clear KEY...",
        "The app's configuration has changed; names only, never values.")
    public static let configGet = Self(
        "config-get", .mandatory, "APP KEY", answer: "The value; status 1 when it is not set.", origin: .request,
        "Asks for a variable of an app.")
    public static let configGetGlobal = Self(
        "config-get-global", .mandatory, "KEY", answer: "The value; status 1 when it is not set.", origin: .request,
        "Asks for a variable of the host.")
    public static let configSet = Self(
        "config-set", .mandatory, "[--no-restart] APP KEY=VALUE...", origin: .request, pace: .slow,
        "Asks to set variables.")
    public static let configExport = Self(
        "config-export", .mandatory, "APP GLOBAL MERGED FORMAT", answer: "The variables.", origin: .request,
        "Asks for all variables in a format.")
    public static let resourceGetProperty = Self(
        "resource-get-property", .mandatory, "APP TYPE limit|reserve KEY", answer: "The value.", origin: .request,
        "Asks for a resource limit.")
    public static let storageList = Self(
        "storage-list", .mandatory, "APP PHASE FORMAT", answer: "The mounts, one a line.", origin: .request,
        "Asks for the directories mounted into the app.")
    public static let cronEntries = Self(
        "cron-entries", .mandatory, "SCHEDULER", answer: "`SCHEDULE;COMMAND[;LOG]`, one a line.",
        "Collects the commands to run at fixed times.")
    public static let cronWrite = Self(
        "cron-write", .advisory, origin: .request, "Asks to collect the commands of `cron-entries` anew.")
    public static let schedulerCronWrite = Self(
        "scheduler-cron-write", .advisory, "SCHEDULER APP",
        "A release serves, or the app is gone: its tasks at fixed times may have changed.")
    public static let postRegistryLogin = Self(
        "post-registry-login", .advisory, "SERVER USER", origin: .nobody,
        "Cairn has no command that logs in at a registry: it uses what `docker login` has left.")

    static let settings: [Trigger] = [
        postConfigUpdate, configGet, configGetGlobal, configSet, configExport, resourceGetProperty, storageList,
        cronEntries, cronWrite, schedulerCronWrite, postRegistryLogin,
    ]
}
