public import CairnCore

/// What is to be deployed, and where it comes from.
public struct Source: Sendable {
    /// How the source got here.
    public enum Kind: Sendable, Hashable {
        case gitPush
        /// Built again from what was built before, as after a change of its config.
        case rebuild
        /// A ready image, with the reference it was asked for by.
        case image(String)
        /// A repository that this host fetched, with its URL.
        case gitSync(String)
        /// An archive of files, with where it came from.
        case archive(String)
    }

    /// Whose it is.
    public let app: AppName
    /// How it got here.
    public let kind: Kind
    /// The commit or the image's digest; `nil` when there is no such thing.
    public let revision: String?
    /// The files.
    public let tree: any SourceTree
    /// One line for people: the commit's summary, the archive's name.
    public let description: String

    /// Makes a source.
    public init(app: AppName, kind: Kind, revision: String?, tree: any SourceTree, description: String) {
        self.app = app
        self.kind = kind
        self.revision = revision
        self.tree = tree
        self.description = description
    }

    /// The same source with other files.
    public func with(_ tree: any SourceTree) -> Source {
        Source(app: app, kind: kind, revision: revision, tree: tree, description: description)
    }
}

/// How a source is built, as the app's settings say.
public struct BuildSettings: Sendable, Hashable {
    /// The Dockerfile, seen from the build directory; `nil` for `Dockerfile`.
    public var dockerfilePath: RelativePath?
    /// The directory that is built; `nil` for the whole source.
    public var buildDirectory: RelativePath?
    /// Values for the Dockerfile's `ARG`s.
    public var buildArguments: [String: String]
    /// The stage of the Dockerfile to stop at; `nil` for the last.
    public var target: String?
    /// Use nothing of earlier builds.
    public var noCache: Bool
    /// Labels for the image, besides Cairn's own.
    public var labels: [String: String]
    /// The image's name and tag; `nil` for `cairn/<app>:<buildID>`.
    public var tag: String?
    /// Ask the registry for a newer base image, even if there is one on this host.
    public var pull: Bool
    /// Names the build at the engine and in the tag.
    public var buildID: String
    /// The name of the builder to use; `nil` for the first one that fits the source.
    public var selectedBuilder: String?
    /// What only builds by buildpacks need.
    public var buildpacks = BuildpackSettings()
    /// What only builds with pack need.
    public var pack = PackSettings()
    /// What the steps of the build find around them.
    public var surroundings = BuildSurroundings()

    /// Settings with the usual values.
    public init(
        buildID: String, dockerfilePath: RelativePath? = nil, buildDirectory: RelativePath? = nil,
        buildArguments: [String: String] = [:], target: String? = nil, noCache: Bool = false,
        labels: [String: String] = [:], tag: String? = nil, pull: Bool = false, selectedBuilder: String? = nil
    ) {
        self.buildID = buildID
        self.dockerfilePath = dockerfilePath
        self.buildDirectory = buildDirectory
        self.buildArguments = buildArguments
        self.target = target
        self.noCache = noCache
        self.labels = labels
        self.tag = tag
        self.pull = pull
        self.selectedBuilder = selectedBuilder
    }
}

/// An image that a builder has made.
public struct BuiltImage: Sendable, Hashable {
    /// A port that the image says its process listens on.
    public struct ExposedPort: Sendable, Hashable {
        /// 1 to 65535.
        public let port: Int
        /// `tcp` or `udp`.
        public let proto: String

        /// Makes a port.
        public init(port: Int, proto: String) {
            self.port = port
            self.proto = proto
        }

        /// Reads the engine's form, `5000/tcp`; a missing protocol is `tcp`.
        init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard let number = parts.first.flatMap({ Int($0) }), (1...65535).contains(number) else { return nil }
            self.init(port: number, proto: parts.count > 1 ? parts[1].lowercased() : "tcp")
        }
    }

    /// The engine's id, `sha256:…`.
    public let id: String
    /// The name of the builder.
    public let builder: String
    /// Sorted.
    public let exposedPorts: [ExposedPort]
    /// How many of the steps were taken from the cache.
    public let cachedSteps: Int
    /// How many steps the Dockerfile has.
    public let steps: Int
    /// What the buildpacks said; `nil` for an image that was built in another way.
    public var buildpacks: BuildpackFacts?

    /// Makes a description of an image.
    public init(id: String, builder: String, exposedPorts: [ExposedPort], cachedSteps: Int, steps: Int) {
        self.id = id
        self.builder = builder
        self.exposedPorts = exposedPorts
        self.cachedSteps = cachedSteps
        self.steps = steps
    }
}
