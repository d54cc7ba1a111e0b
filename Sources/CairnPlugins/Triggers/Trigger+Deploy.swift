// From an image to containers that serve.
extension Trigger {
    public static let preReleaseBuilder = Self(
        "pre-release-builder", .mandatory, "BUILDER APP IMAGE", "Before the tasks of the release.")
    public static let preReleaseBuildpack = Self(
        "pre-release-buildpack", .mandatory, "APP IMAGE-TAG",
        "The older form of `pre-release-builder`, for buildpacks only.")
    public static let preReleaseDockerfile = Self(
        "pre-release-dockerfile", .mandatory, "APP IMAGE-TAG",
        "The older form of `pre-release-builder`, for Dockerfiles only.")
    public static let builderRelease = Self(
        "builder-release", .mandatory, "BUILDER APP IMAGE-TAG", pace: .slow,
        "Finishes the image where BUILDER is the plugin's own; otherwise does nothing.")
    public static let postReleaseBuilder = Self(
        "post-release-builder", .mandatory, "BUILDER APP IMAGE", "The image is the one to be deployed.")
    public static let preDeploy = Self(
        "pre-deploy", .mandatory, "APP IMAGE-TAG", "Before the first container of the release starts.")
    public static let deploy = Self(
        "deploy", .mandatory, "APP [IMAGE-TAG] [TYPE]", origin: .request, pace: .slow,
        "Asks to start the app's containers anew.")
    public static let releaseAndDeploy = Self(
        "release-and-deploy", .mandatory, "APP [IMAGE-TAG] [SOURCE]", origin: .request, pace: .slow,
        "Asks to release and deploy the image that is there.")
    public static let postContainerCreate = Self(
        "post-container-create", .mandatory, "app|service CONTAINER APP|SERVICE PHASE [TYPE]",
        "A container exists and has not started.")
    public static let checkDeploy = Self(
        "check-deploy", .mandatory, "APP CONTAINER TYPE PORT ADDRESS [INDEX]",
        "A new container runs: a status other than 0 says that it is not healthy.")
    public static let corePostDeploy = Self(
        "core-post-deploy", .advisory, "APP \"\" \"\" IMAGE-TAG", "The new containers serve.")
    public static let postDeploy = Self(
        "post-deploy", .advisory, "APP \"\" \"\" IMAGE-TAG",
        "After `core-post-deploy`, and before the old containers retire.")
    public static let retireContainerFailed = Self(
        "retire-container-failed", .advisory, "APP CONTAINER", "An old container could not be stopped.")
    public static let deployedAppImageRepo = Self(
        "deployed-app-image-repo", .mandatory, "APP", answer: "The name of the image, or nothing.",
        "May give the app's image another name.")
    public static let deployedAppImageTag = Self(
        "deployed-app-image-tag", .mandatory, "APP", answer: "The tag, or nothing.",
        "May choose another tag of the app's image.")
    public static let deployedAppRepository = Self(
        "deployed-app-repository", .mandatory, "APP", answer: "A registry with a slash behind it, or nothing.",
        "May take the app's image from a registry.")
    public static let dockerArgsBuild = Self(
        "docker-args-build", .mandatory, "APP BUILDER", answer: "What came in, and docker options behind it.",
        "Adds options to the build.")
    public static let dockerArgsProcessBuild = Self(
        "docker-args-process-build", .mandatory, "APP BUILDER", answer: "What came in, and docker options behind it.",
        "The newer form of `docker-args-build`.")
    public static let dockerArgsDeploy = Self(
        "docker-args-deploy", .mandatory, "APP IMAGE-TAG [TYPE INDEX]",
        answer: "What came in, and docker options behind it.",
        "Adds options to the containers of the app, and to those of the tasks of a deploy, which have no type.")
    public static let dockerArgsProcessDeploy = Self(
        "docker-args-process-deploy", .mandatory, "APP SOURCE IMAGE-TAG [TYPE INDEX]",
        answer: "What came in, and docker options behind it.", "The newer form of `docker-args-deploy`.")
    public static let dockerArgsRun = Self(
        "docker-args-run", .mandatory, "APP IMAGE-TAG", answer: "What came in, and docker options behind it.",
        "Adds options to the containers of `run`, and to those of tasks at fixed times.")
    public static let dockerArgsProcessRun = Self(
        "docker-args-process-run", .mandatory, "APP SOURCE IMAGE-TAG",
        answer: "What came in, and docker options behind it.", "The newer form of `docker-args-run`.")
    public static let dockerArgs = Self(
        "docker-args", .mandatory, "APP IMAGE-TAG", answer: "Docker options.", origin: .plugins,
        "The oldest form; nothing fires it any more.")

    static let deploying: [Trigger] = [
        preReleaseBuilder, preReleaseBuildpack, preReleaseDockerfile, builderRelease, postReleaseBuilder, preDeploy,
        deploy, releaseAndDeploy, postContainerCreate, checkDeploy, corePostDeploy, postDeploy, retireContainerFailed,
        deployedAppImageRepo, deployedAppImageTag, deployedAppRepository, dockerArgsBuild, dockerArgsProcessBuild,
        dockerArgsDeploy, dockerArgsProcessDeploy, dockerArgsRun, dockerArgsProcessRun, dockerArgs,
    ]
}
