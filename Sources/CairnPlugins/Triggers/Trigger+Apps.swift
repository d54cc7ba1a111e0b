// The life of an app, and of its processes.
extension Trigger {
    public static let postCreate = Self("post-create", .mandatory, "APP", "The app exists, and has nothing yet.")
    public static let preDelete = Self(
        "pre-delete", .mandatory, "APP IMAGE-TAG", "Before anything of the app is removed.")
    public static let postDelete = Self(
        "post-delete", .advisory, "APP IMAGE-TAG", "The app's containers are gone: removes what is kept about it.")
    public static let postAppCloneSetup = Self(
        "post-app-clone-setup", .mandatory, "OLD NEW",
        "The copy exists and is not deployed yet: copies what is kept about the app.")
    public static let postAppClone = Self("post-app-clone", .advisory, "OLD NEW", "The copy is complete.")
    public static let postAppRenameSetup = Self(
        "post-app-rename-setup", .mandatory, "OLD NEW",
        "The new name is there and the old one not gone: moves what is kept about the app.")
    public static let postAppRename = Self("post-app-rename", .advisory, "OLD NEW", "The old name is gone.")
    public static let appList = Self(
        "app-list", .mandatory, "[FILTERED]", answer: "The names of the apps, one a line.", origin: .request,
        "Asks for the apps there are; `false` asks for those as well that the caller may not see.")
    public static let appExists = Self(
        "app-exists", .mandatory, "APP", answer: "Nothing: status 0 says yes.", origin: .request,
        "Asks whether there is such an app.")

    public static let preStart = Self("pre-start", .mandatory, "APP", "Before a stopped app starts.")
    public static let preRestore = Self(
        "pre-restore", .advisory, "", "Once, before the apps come back after a start of the host or of its engine.")
    public static let postStop = Self("post-stop", .advisory, "APP", "The app's processes have been stopped.")
    public static let appRestart = Self(
        "app-restart", .mandatory, "APP", origin: .request, pace: .slow, "Asks for a restart of the app.")
    public static let psCurrentScale = Self(
        "ps-current-scale", .mandatory, "APP", answer: "`TYPE=COUNT`, one a line.", origin: .request,
        "Asks how many processes of each type the app has.")
    public static let procfileGetCommand = Self(
        "procfile-get-command", .mandatory, "APP TYPE PORT", answer: "The command; status 1 when there is none.",
        origin: .request, "Asks for the command of a process type, with $PORT filled in.")

    static let apps: [Trigger] = [
        postCreate, preDelete, postDelete, postAppCloneSetup, postAppClone, postAppRenameSetup, postAppRename, appList,
        appExists, preStart, preRestore, postStop, appRestart, psCurrentScale, procfileGetCommand,
    ]
}
