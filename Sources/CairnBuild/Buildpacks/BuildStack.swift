import CairnCore
/// The two images of a build by buildpacks: the one to build in, and the smaller one to run in.
struct BuildStack: Sendable, Equatable {
    let buildImage: String
    let runImage: String
    /// Whether they are Cairn's own.
    let isOwn: Bool

    /// A stack that was set: `heroku/heroku:24-build` runs in `heroku/heroku:24`, unless another image was set.
    init(stack: String, run: String?) {
        let twin = stack.hasSuffix("-build") ? String(stack.dropLast("-build".count)) : stack
        self.init(buildImage: stack, runImage: run ?? twin, isOwn: false)
    }

    init(buildImage: String, runImage: String, isOwn: Bool) {
        self.buildImage = buildImage
        self.runImage = runImage
        self.isOwn = isOwn
    }
}
