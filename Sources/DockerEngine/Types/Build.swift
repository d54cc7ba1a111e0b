/// How an image is built: the query of `POST /build`.
public struct BuildOptions: Sendable, Equatable {
    /// Which of the engine's builders.
    public enum Version: String, Sendable, Hashable {
        /// The classic builder; gone from newer engines.
        case classic = "1"
        /// BuildKit.
        case buildKit = "2"
    }

    /// The builder.
    public var version: Version
    /// The Dockerfile's path inside the context; nil for `Dockerfile`.
    public var dockerfile: String?
    /// Names for the image, `name:tag`.
    public var tags: [String]
    /// Build arguments; nil takes the value from the engine's environment (proxies).
    public var buildArguments: [String: String?]
    /// The stage to stop at; nil for the last.
    public var target: String?
    /// Labels for the image.
    public var labels: [String: String]
    /// Use nothing of earlier builds.
    public var noCache: Bool
    /// Ask the registry for newer base images.
    public var pull: Bool
    /// A name for this build by which ``EngineClient/cancelBuild(id:)`` can end it.
    public var buildID: String?
    /// The network `RUN` steps use: `default`, `none` or `host`.
    public var networkMode: String?
    /// Lines for /etc/hosts in `RUN` steps, `name:address`.
    public var extraHosts: [String]
    /// The platform to build for, `linux/amd64`; nil for the host's.
    public var platform: String?
    /// Images to take unchanged steps from.
    public var cacheFrom: [String]
    /// Memory limit in bytes; BuildKit ignores it.
    public var memory: Int?
    /// Size of /dev/shm in bytes.
    public var shmSize: Int?
    /// Resource limits as `ulimit` sets them, of every step.
    public var ulimits: [HostConfig.Ulimit]
    /// Credentials for base images.
    public var registries: [RegistryCredentials]

    /// Makes options; what is not a parameter is set afterwards.
    public init(
        version: Version = .buildKit, dockerfile: String? = nil, tags: [String] = [],
        buildArguments: [String: String?] = [:], target: String? = nil, labels: [String: String] = [:],
        noCache: Bool = false, pull: Bool = false, buildID: String? = nil, networkMode: String? = nil
    ) {
        self.version = version
        self.dockerfile = dockerfile
        self.tags = tags
        self.buildArguments = buildArguments
        self.target = target
        self.labels = labels
        self.noCache = noCache
        self.pull = pull
        self.buildID = buildID
        self.networkMode = networkMode
        extraHosts = []
        platform = nil
        cacheFrom = []
        memory = nil
        shmSize = nil
        ulimits = []
        registries = []
    }
}

/// One thing a build tells.
public enum BuildEvent: Sendable, Equatable {
    /// Text of the classic builder, not necessarily whole lines.
    case stream(String)
    /// Progress of pulling a base image in the classic builder.
    case status(id: String?, text: String)
    /// A record of BuildKit's progress: the bytes of a protobuf `moby.buildkit.v1.StatusResponse`.
    case trace([UInt8])
    /// The id of the image, `sha256:…`.
    case imageID(String)
    /// The build failed; `code` is the exit status of the failed step where the engine tells it.
    case error(message: String, code: Int?)
}

/// How a build ended. A failed build is an answer like any other, not a thrown error.
public struct BuildResult: Sendable, Equatable {
    /// The image's id; nil when the build failed.
    public var imageID: String?
    /// What the engine says about the failure; nil when it did not fail.
    public var failure: String?
    /// The exit status of the failed step, where the engine tells it.
    public var failureCode: Int?

    /// Makes a result, as tests of callers need.
    public init(imageID: String? = nil, failure: String? = nil, failureCode: Int? = nil) {
        self.imageID = imageID
        self.failure = failure
        self.failureCode = failureCode
    }
}

/// One JSON line of the answers to build and pull: all fields that any of them has.
struct ProgressLine: Decodable {
    let id: String?
    let stream: String?
    let status: String?
    let error: String?
    let errorDetail: Detail?
    let progressDetail: Progress?
    let aux: Aux?

    struct Detail: Decodable {
        let code: Int?
        let message: String?
    }

    struct Progress: Decodable {
        let current: Int?
        let total: Int?
    }

    /// BuildKit's trace is a string, an image id an object, and other engines may send something else again.
    enum Aux: Decodable {
        case text(String)
        case imageID(String)
        case other

        private struct Image: Decodable {
            let ID: String
        }

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if let image = try? value.decode(Image.self) {
                self = .imageID(image.ID)
            } else {
                self = .other
            }
        }
    }

    /// The failure this line reports, if it does.
    var failure: (message: String, code: Int?)? {
        guard let message = errorDetail?.message ?? error else { return nil }
        return (message.trimmingNewlines, errorDetail?.code)
    }
}
