/// A named point of Cairn's work at which installed plugins are asked or told something.
///
/// The names and their arguments are those that plugins of this kind know already; the comment of each gives the
/// arguments. A struct, so that plugins can have trigger points of their own.
public struct Trigger: Hashable, Sendable, CustomStringConvertible {
    /// What a plugin that fails at this point means for the work.
    public enum Class: Sendable {
        /// The work stops with the plugin's message: nothing has been decided yet.
        case mandatory
        /// The failure is reported as a warning: what the trigger tells has happened already.
        case advisory
    }

    public let name: String
    public let `class`: Class

    public init(_ name: String, _ class: Class) {
        self.name = name
        self.class = `class`
    }

    public var description: String { name }

    // MARK: The life of an app

    /// APP, once it exists.
    public static let postCreate = Self("post-create", .mandatory)
    /// APP IMAGE-TAG, before anything of the app is removed.
    public static let preDelete = Self("pre-delete", .mandatory)
    /// APP IMAGE-TAG, when its containers are gone.
    public static let postDelete = Self("post-delete", .advisory)
    /// OLD NEW, when the copy exists and before it is deployed.
    public static let postAppCloneSetup = Self("post-app-clone-setup", .mandatory)
    /// OLD NEW, at the end.
    public static let postAppClone = Self("post-app-clone", .advisory)
    /// OLD NEW, when the new name is there and before the old one is gone.
    public static let postAppRenameSetup = Self("post-app-rename-setup", .mandatory)
    /// OLD NEW, at the end.
    public static let postAppRename = Self("post-app-rename", .advisory)

    // MARK: The deploy

    /// APP REVISION, when a source has arrived.
    public static let receiveApp = Self("receive-app", .mandatory)
    /// BUILDER APP DIRECTORY.
    public static let preBuild = Self("pre-build", .mandatory)
    /// BUILDER APP DIRECTORY.
    public static let postBuild = Self("post-build", .mandatory)
    /// BUILDER APP IMAGE, before the release tasks.
    public static let preReleaseBuilder = Self("pre-release-builder", .mandatory)
    /// BUILDER APP IMAGE.
    public static let postReleaseBuilder = Self("post-release-builder", .mandatory)
    /// APP IMAGE-TAG, before the first container starts.
    public static let preDeploy = Self("pre-deploy", .mandatory)
    /// APP "" "" IMAGE-TAG, when the new containers serve.
    public static let corePostDeploy = Self("core-post-deploy", .advisory)
    /// APP "" "" IMAGE-TAG, after `core-post-deploy` and before the old containers retire.
    public static let postDeploy = Self("post-deploy", .advisory)

    // MARK: Processes

    /// APP.
    public static let preStart = Self("pre-start", .mandatory)
    /// APP.
    public static let postStop = Self("post-stop", .advisory)
    /// SCHEDULER APP CONTAINER EXIT-CODE, after a one-off container has ended.
    public static let schedulerPostRun = Self("scheduler-post-run", .advisory)

    // MARK: Configuration

    /// APP set|unset|clear KEY...: names only, never values.
    public static let postConfigUpdate = Self("post-config-update", .advisory)
    /// APP add|remove|set|clear|reset|enable|disable DOMAIN...
    public static let postDomainsUpdate = Self("post-domains-update", .advisory)
    /// APP add|remove|set|clear.
    public static let postProxyPortsUpdate = Self("post-proxy-ports-update", .advisory)
    /// APP.
    public static let postCertsUpdate = Self("post-certs-update", .advisory)
    /// APP.
    public static let postCertsRemove = Self("post-certs-remove", .advisory)
}
