/// One container in full: the answer of `GET /containers/{id}/json`.
public struct ContainerInspect: Sendable, Equatable {
    /// The full id, 64 hexadecimal digits.
    public var id: String
    /// The name, without the slash the engine puts before it.
    public var name: String
    /// When it was created.
    public var created: EngineTimestamp?
    /// The id of its image, `sha256:…`; ``Config/image`` is the name it was created with.
    public var image: String
    /// What it is doing.
    public var state: ContainerState
    /// How often its restart policy started it again.
    public var restartCount: Int
    /// What it runs.
    public var config: Config
    /// How it is run on the host.
    public var hostConfig: HostConfig
    /// Its networks, by name.
    public var networks: [String: NetworkEndpoint]
    /// The ports published on the host, as they really are.
    public var publishedPorts: [HostConfig.PortBinding]
    /// What is mounted into it.
    public var mounts: [Mount]

    /// What a container runs: its image's configuration with that of its creation laid over it.
    public struct Config: Sendable, Equatable {
        /// Variables, `NAME=value`.
        public var env: [String]
        /// Labels, the image's included.
        public var labels: [String: String]
        /// The command or the arguments of the entrypoint.
        public var cmd: [String]
        /// The program in front of `cmd`.
        public var entrypoint: [String]
        /// The image as it was named at creation.
        public var image: String
        /// The name it has for itself; without another wish the first twelve digits of its id.
        public var hostname: String
        /// The user; empty for root.
        public var user: String
        /// The directory it starts in.
        public var workingDir: String
        /// Whether it has a terminal.
        public var tty: Bool
        /// Whether its standard input is open.
        public var openStdin: Bool
        /// Ports its image or creation names, `5000/tcp`, sorted.
        public var exposedPorts: [String]
        /// How the engine checks it.
        public var healthcheck: Healthcheck?
        /// The signal that asks it to end.
        public var stopSignal: String?
        /// Seconds between that signal and killing it.
        public var stopTimeout: Int?

        /// The value of a variable; the last one counts, as for the process.
        public func value(of variable: String) -> String? {
            env.last { $0.hasPrefix(variable + "=") }.map { String($0.dropFirst(variable.count + 1)) }
        }
    }

    /// What is mounted, as it really is.
    public struct Mount: Sendable, Equatable {
        /// `bind`, `volume` or `tmpfs`.
        public var type: String
        /// The volume's name, if it is one.
        public var name: String?
        /// The path on the host.
        public var source: String
        /// The path in the container.
        public var destination: String
        /// Whether it can be written to.
        public var isWritable: Bool
    }
}

extension ContainerInspect: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "Id", name = "Name", created = "Created", image = "Image", state = "State"
        case restartCount = "RestartCount", config = "Config", hostConfig = "HostConfig"
        case networkSettings = "NetworkSettings", mounts = "Mounts"
    }

    /// Reads the answer; only the id must be there.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        name = try values.value(.name, default: "").withoutLeadingSlash
        created = try values.timestamp(.created)
        image = try values.value(.image, default: "")
        state = try values.decode(ContainerState.self, forKey: .state)
        restartCount = try values.value(.restartCount, default: 0)
        config = try values.decode(Config.self, forKey: .config)
        hostConfig = try values.value(.hostConfig, default: HostConfig())
        let settings = try values.value(.networkSettings, default: NetworkSettings())
        networks = settings.networks
        publishedPorts = settings.ports
        mounts = try values.value(.mounts, default: [])
    }
}

extension ContainerInspect.Config: Decodable {
    private enum CodingKeys: String, CodingKey {
        case env = "Env", labels = "Labels", cmd = "Cmd", entrypoint = "Entrypoint", image = "Image", user = "User"
        case workingDir = "WorkingDir", tty = "Tty", openStdin = "OpenStdin", exposedPorts = "ExposedPorts"
        case healthcheck = "Healthcheck", stopSignal = "StopSignal", stopTimeout = "StopTimeout", hostname = "Hostname"
    }

    /// Reads the engine's `Config`; anything may be missing.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        env = try values.value(.env, default: [])
        labels = try values.value(.labels, default: [:])
        cmd = try values.value(.cmd, default: [])
        entrypoint = try values.value(.entrypoint, default: [])
        image = try values.value(.image, default: "")
        hostname = try values.value(.hostname, default: "")
        user = try values.value(.user, default: "")
        workingDir = try values.value(.workingDir, default: "")
        tty = try values.value(.tty, default: false)
        openStdin = try values.value(.openStdin, default: false)
        exposedPorts = try values.keySet(.exposedPorts)
        healthcheck = try values.decodeIfPresent(Healthcheck.self, forKey: .healthcheck)
        stopSignal = try values.decodeIfPresent(String.self, forKey: .stopSignal)
        stopTimeout = try values.decodeIfPresent(Int.self, forKey: .stopTimeout)
    }
}

extension ContainerInspect.Mount: Decodable {
    private enum CodingKeys: String, CodingKey {
        case type = "Type", name = "Name", source = "Source", destination = "Destination", isWritable = "RW"
    }

    /// Reads the engine's `MountPoint`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        type = try values.value(.type, default: "")
        name = try values.decodeIfPresent(String.self, forKey: .name)
        source = try values.value(.source, default: "")
        destination = try values.value(.destination, default: "")
        isWritable = try values.value(.isWritable, default: true)
    }
}

extension String {
    var withoutLeadingSlash: String { hasPrefix("/") ? String(dropFirst()) : self }
}
