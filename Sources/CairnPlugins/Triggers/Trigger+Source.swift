// From a push to a built image.
extension Trigger {
    public static let receiveBranch = Self(
        "receive-branch", .mandatory, "APP REVISION REFERENCE",
        "A branch was pushed that is not deployed: a status other than 0 refuses the push.")
    public static let receiveApp = Self("receive-app", .mandatory, "APP REVISION", "A source has arrived to be built.")
    public static let deploySourceSet = Self(
        "deploy-source-set", .advisory, "APP KIND DETAIL",
        "How the source arrived: git-push REVISION, git-sync REMOTE#REF, docker-image IMAGE, tar URL.")
    public static let postExtract = Self(
        "post-extract", .mandatory, "APP DIRECTORY REVISION",
        "The source lies in a directory, where the plugin may change it; the builder is not chosen yet.")
    public static let builderDetect = Self(
        "builder-detect", .mandatory, "APP DIRECTORY", answer: "The name of a builder, or nothing.",
        "Chooses the builder; the first line that any plugin writes wins.")
    public static let preReceiveApp = Self(
        "pre-receive-app", .mandatory, "APP BUILDER DIRECTORY REVISION",
        "The builder is chosen: the last moment to change the source, or to refuse it.")
    public static let appJSONIsValid = Self(
        "app-json-is-valid", .mandatory, "APP PATH", "The app.json has been read: a status other than 0 refuses it.")
    public static let preBuild = Self(
        "pre-build", .mandatory, "BUILDER APP DIRECTORY", "Before the image is built.")
    public static let preBuildBuildpack = Self(
        "pre-build-buildpack", .mandatory, "APP DIRECTORY", "The older form of `pre-build`, for buildpacks only.")
    public static let preBuildDockerfile = Self(
        "pre-build-dockerfile", .mandatory, "APP", "The older form of `pre-build`, for Dockerfiles only.")
    public static let builderBuild = Self(
        "builder-build", .mandatory, "BUILDER APP DIRECTORY", pace: .slow,
        "Builds `dokku/APP:latest` where BUILDER is the plugin's own; otherwise does nothing.")
    public static let builderCreateImage = Self(
        "builder-create-dokku-image", .mandatory, "BUILDER APP DIRECTORY IMAGE",
        answer: "The name of an image, or nothing to keep IMAGE.",
        "May make another image for builds by buildpacks, from IMAGE.")
    public static let builderImage = Self(
        "builder-dokku-image", .mandatory, "BUILDER APP DIRECTORY IMAGE",
        answer: "The name of an image, or nothing to keep IMAGE.", "May choose another image for builds by buildpacks.")
    public static let postBuild = Self(
        "post-build", .mandatory, "BUILDER APP DIRECTORY", "The image is built.")
    public static let postBuildDockerfile = Self(
        "post-build-dockerfile", .mandatory, "APP", "The older form of `post-build`, for Dockerfiles only.")
    public static let postBuildBuildpack = Self(
        "post-build-buildpack", .mandatory, "APP DIRECTORY", "The older form of `post-build`, for buildpacks only.")
    public static let gitPrePull = Self("git-pre-pull", .mandatory, "APP", "Before a clone or fetch is served.")
    public static let gitPostPull = Self("git-post-pull", .advisory, "APP", "After a clone or fetch was served.")
    public static let gitRevision = Self(
        "git-revision", .mandatory, "APP", answer: "The revision.", origin: .request, "Asks which revision is deployed."
    )
    public static let gitFromArchive = Self(
        "git-from-archive", .mandatory, "APP URL KIND NAME EMAIL", origin: .request, pace: .slow,
        "Asks to deploy an archive.")
    public static let gitFromDirectory = Self(
        "git-from-directory", .mandatory, "APP DIRECTORY NAME EMAIL", origin: .request, pace: .slow,
        "Asks to deploy what is in a directory.")
    public static let gitFromImage = Self(
        "git-from-image", .mandatory, "APP IMAGE BUILD-DIRECTORY NAME EMAIL", origin: .request, pace: .slow,
        "Asks to deploy an image.")

    static let source: [Trigger] = [
        receiveBranch, receiveApp, deploySourceSet, postExtract, builderDetect, preReceiveApp, appJSONIsValid, preBuild,
        preBuildBuildpack, preBuildDockerfile, builderBuild, builderCreateImage, builderImage, postBuild,
        postBuildDockerfile, postBuildBuildpack, gitPrePull, gitPostPull, gitRevision, gitFromArchive, gitFromDirectory,
        gitFromImage,
    ]
}
