extension Release {
    /// How the image of a release was built, as far as running it or telling about it needs to know.
    public struct BuildNotes: Sendable, Equatable, Codable {
        /// How the image wants its commands to be started.
        public enum Entry: String, Sendable, Codable {
            /// As any image: the words of the command are its arguments.
            case image
            /// By `/start` and `/exec`, which prepare the environment that buildpacks have left.
            case buildpacks
            /// By the launcher of a Cloud Native Buildpacks image.
            case launcher
        }

        public var entry: Entry
        /// How many steps the build had, and how many of them were taken from the cache.
        public var steps: Int
        public var cachedSteps: Int
        /// The buildpacks in their order, with the commit where they have one.
        public var buildpacks: [String]
        /// Config vars that the buildpacks propose; those of the app go before them.
        public var config: [String: String]

        public init(
            entry: Entry = .image, steps: Int = 0, cachedSteps: Int = 0, buildpacks: [String] = [],
            config: [String: String] = [:]
        ) {
            self.entry = entry
            self.steps = steps
            self.cachedSteps = cachedSteps
            self.buildpacks = buildpacks
            self.config = config
        }
    }

    /// How its commands are started.
    public var entry: BuildNotes.Entry { content.build?.entry ?? .image }
}
