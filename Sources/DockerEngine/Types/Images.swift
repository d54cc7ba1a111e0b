/// One image in full (`GET /images/{name}/json`).
public struct ImageInspect: Sendable, Equatable {
    /// The id, `sha256:…`.
    public var id: String
    /// Its names with tags.
    public var repoTags: [String]
    /// Its names with digests, for images from a registry.
    public var repoDigests: [String]
    /// When it was made; nil if the builder did not say.
    public var created: EngineTimestamp?
    /// Its size in bytes, layers shared with others included.
    public var size: Int
    /// The processor in Go's terms, `amd64`.
    public var architecture: String
    /// The operating system.
    public var os: String
    /// What containers of it start with.
    public var config: Config

    /// What containers of an image start with.
    public struct Config: Sendable, Equatable {
        /// Ports its Dockerfile names with `EXPOSE`, `5000/tcp`, sorted.
        public var exposedPorts: [String] = []
        /// Variables, `NAME=value`.
        public var env: [String] = []
        /// The command or the arguments of the entrypoint.
        public var cmd: [String] = []
        /// The program in front of `cmd`.
        public var entrypoint: [String] = []
        /// The directory it starts in; empty for `/`.
        public var workingDir = ""
        /// The user; empty for root.
        public var user = ""
        /// Its labels.
        public var labels: [String: String] = [:]
        /// How the engine checks it.
        public var healthcheck: Healthcheck?
        /// Paths kept in volumes, sorted.
        public var volumes: [String] = []
        /// The signal that asks it to end.
        public var stopSignal: String?

        /// A configuration that says nothing.
        public init() {}
    }
}

extension ImageInspect: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "Id", repoTags = "RepoTags", repoDigests = "RepoDigests", created = "Created", size = "Size"
        case architecture = "Architecture", os = "Os", config = "Config"
    }

    /// Reads the answer; only the id must be there.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        repoTags = try values.value(.repoTags, default: [])
        repoDigests = try values.value(.repoDigests, default: [])
        created = try values.timestamp(.created)
        size = try values.value(.size, default: 0)
        architecture = try values.value(.architecture, default: "")
        os = try values.value(.os, default: "")
        config = try values.value(.config, default: Config())
    }
}

extension ImageInspect.Config: Decodable {
    private enum CodingKeys: String, CodingKey {
        case exposedPorts = "ExposedPorts", env = "Env", cmd = "Cmd", entrypoint = "Entrypoint"
        case workingDir = "WorkingDir", user = "User", labels = "Labels", healthcheck = "Healthcheck"
        case volumes = "Volumes", stopSignal = "StopSignal"
    }

    /// Reads an image's `Config`, from which newer engines leave out whatever is empty.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        exposedPorts = try values.keySet(.exposedPorts)
        env = try values.value(.env, default: [])
        cmd = try values.value(.cmd, default: [])
        entrypoint = try values.value(.entrypoint, default: [])
        workingDir = try values.value(.workingDir, default: "")
        user = try values.value(.user, default: "")
        labels = try values.value(.labels, default: [:])
        healthcheck = try values.decodeIfPresent(Healthcheck.self, forKey: .healthcheck)
        volumes = try values.keySet(.volumes)
        stopSignal = try values.decodeIfPresent(String.self, forKey: .stopSignal)
    }
}

/// One line of the list of images (`GET /images/json`).
public struct ImageSummary: Sendable, Equatable, Decodable {
    /// The id, `sha256:…`.
    public let id: String
    /// Its names with tags; empty for an image that has lost its name.
    public let repoTags: [String]
    /// When it was made.
    public let created: EngineTimestamp
    /// Its size in bytes, layers shared with others included.
    public let size: Int
    /// Its labels.
    public let labels: [String: String]

    private enum CodingKeys: String, CodingKey {
        case id = "Id", repoTags = "RepoTags", created = "Created", size = "Size", labels = "Labels"
    }

    /// Reads one element of the list. Older engines write `<none>:<none>` for "no name".
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        repoTags = try values.value(.repoTags, default: [String]()).filter { $0 != "<none>:<none>" }
        created = EngineTimestamp(seconds: try values.value(.created, default: 0))
        size = try values.value(.size, default: 0)
        labels = try values.value(.labels, default: [:])
    }
}

/// What a prune removed.
public struct PruneReport: Sendable, Equatable {
    /// Ids or names of what was removed.
    public var removed: [String]
    /// Bytes freed on disk.
    public var spaceReclaimed: Int
}

/// One step of a pull, for showing.
public struct PullProgress: Sendable, Equatable {
    /// The layer or tag it is about, if any.
    public var id: String?
    /// What happens: `Downloading`, `Pull complete`, ….
    public var status: String
    /// Bytes done, if they are counted.
    public var current: Int?
    /// Bytes to do, if that is known.
    public var total: Int?

    /// Makes a step, as tests of callers need.
    public init(id: String? = nil, status: String, current: Int? = nil, total: Int? = nil) {
        self.id = id
        self.status = status
        self.current = current
        self.total = total
    }
}

/// Name and password for a registry.
public struct RegistryCredentials: Sendable, Equatable, Encodable {
    /// The account.
    public var username: String
    /// Its password or token.
    public var password: String
    /// The registry's address, `registry.example.com`.
    public var serverAddress: String

    /// Makes credentials.
    public init(username: String, password: String, serverAddress: String) {
        self.username = username
        self.password = password
        self.serverAddress = serverAddress
    }

    private enum CodingKeys: String, CodingKey {
        case username, password, serverAddress = "serveraddress"
    }
}
