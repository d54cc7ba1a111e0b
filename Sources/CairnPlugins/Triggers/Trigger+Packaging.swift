// What makes a directory a plugin, and who may do what.
extension Trigger {
    public static let commands = Self(
        "commands", .mandatory, "COMMAND [ARGUMENT...] | help | PLUGIN:help", origin: .work, pace: .unlimited,
        "Runs a command that is no file in `subcommands/`; status 10 says that it is another plugin's.")
    public static let install = Self(
        "install", .mandatory, pace: .slow,
        "After any plugin was installed, as root: makes what the plugin needs, and may find it there already.")
    public static let dependencies = Self(
        "dependencies", .mandatory, pace: .slow, "At `plugin:install-dependencies`, as root: installs packages.")
    public static let update = Self(
        "update", .mandatory, pace: .slow, "After any plugin was updated, as root: brings the plugin's data up to date."
    )
    public static let uninstall = Self(
        "uninstall", .mandatory, "PLUGIN", pace: .slow,
        "Before PLUGIN is removed, as root and to all plugins: removes what it installed on the host.")
    public static let userAuth = Self(
        "user-auth", .mandatory, "SSH-USER KEY COMMAND [ARGUMENT...]", answer: "Ignored.",
        "Before every command: a status other than 0 denies it.")
    public static let userAuthApp = Self(
        "user-auth-app", .mandatory, "SSH-USER KEY APP...",
        answer: "The apps that may be seen, one a line; several plugins add up.",
        "Where a list of apps is made for somebody.")
    public static let userAuthService = Self(
        "user-auth-service", .mandatory, "SSH-USER KEY TYPE SERVICE...",
        answer: "The services that may be seen, one a line.", origin: .plugins,
        "Where a plugin lists its services for somebody.")
    public static let serviceList = Self(
        "service-list", .mandatory, "[TYPE]", answer: "`TYPE:SERVICE`, one a line.", origin: .plugins,
        "Asks every plugin for the services it runs.")
    public static let serviceAction = Self(
        "service-action", .advisory, "ACTION TYPE SERVICE [APP]", origin: .plugins,
        "A plugin has created, linked, unlinked or destroyed a service.")
    public static let report = Self(
        "report", .advisory, "APP [FLAG]", "At `report`: prints the plugin's own block about the app.")

    static let packaging: [Trigger] = [
        commands, install, dependencies, update, uninstall, userAuth, userAuthApp, userAuthService, serviceList,
        serviceAction, report,
    ]
}
