/// What a container is created from: the body of `POST /containers/create`.
///
/// What is nil or empty comes from the image.
public struct ContainerSpec: Sendable, Equatable {
    /// The image's name or id. It must be on the host: creating does not pull.
    public var image: String
    /// The command or, with an entrypoint, its arguments.
    public var cmd: [String]?
    /// The program in front of `cmd`; `[]` or `[""]` removes the image's.
    public var entrypoint: [String]?
    /// Variables in the form `NAME=value`, added to the image's; a name without `=` removes the image's.
    public var env: [String]
    /// Labels, added to the image's.
    public var labels: [String: String]
    /// The user, `name`, `uid` or `user:group`.
    public var user: String?
    /// The directory the command starts in.
    public var workingDir: String?
    /// The host name inside the container; by default the beginning of its id.
    public var hostname: String?
    /// Give the process a terminal; its output is then one stream.
    public var tty = false
    /// Keep standard input open, so that it can be attached to.
    public var openStdin = false
    /// Close standard input when the first attached client leaves.
    public var stdinOnce = false
    /// Attach standard input at the start.
    public var attachStdin = false
    /// Attach standard output at the start.
    public var attachStdout = false
    /// Attach standard error at the start.
    public var attachStderr = false
    /// Ports the process listens on, in the form `5000/tcp`; a note, nothing is published by it.
    public var exposedPorts: [String] = []
    /// How the engine checks the container.
    public var healthcheck: Healthcheck?
    /// The signal that asks the process to end.
    public var stopSignal: String?
    /// How many seconds after the stop signal the process is killed.
    public var stopTimeout: Int?
    /// How it is run on the host.
    public var hostConfig: HostConfig
    /// The networks it starts in, by name or id. Engines before API 1.44 take one here; join others with
    /// ``EngineClient/connectNetwork(_:container:_:)``.
    public var endpoints: [String: EndpointSpec]

    /// Makes a specification; what is not a parameter is set afterwards.
    public init(
        image: String, cmd: [String]? = nil, entrypoint: [String]? = nil, env: [String] = [],
        labels: [String: String] = [:], hostConfig: HostConfig = HostConfig(), endpoints: [String: EndpointSpec] = [:]
    ) {
        self.image = image
        self.cmd = cmd
        self.entrypoint = entrypoint
        self.env = env
        self.labels = labels
        self.hostConfig = hostConfig
        self.endpoints = endpoints
    }
}

extension ContainerSpec: Encodable {
    private enum CodingKeys: String, CodingKey {
        case image = "Image", cmd = "Cmd", entrypoint = "Entrypoint", env = "Env", labels = "Labels", user = "User"
        case workingDir = "WorkingDir", hostname = "Hostname", tty = "Tty", openStdin = "OpenStdin"
        case stdinOnce = "StdinOnce", attachStdin = "AttachStdin", attachStdout = "AttachStdout"
        case attachStderr = "AttachStderr", exposedPorts = "ExposedPorts", healthcheck = "Healthcheck"
        case stopSignal = "StopSignal", stopTimeout = "StopTimeout", hostConfig = "HostConfig"
        case networkingConfig = "NetworkingConfig"
    }

    private enum NetworkingKeys: String, CodingKey {
        case endpointsConfig = "EndpointsConfig"
    }

    /// Writes the body; defaults are left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(image, forKey: .image)
        try values.encodeIfPresent(cmd, forKey: .cmd)
        try values.encodeIfPresent(entrypoint, forKey: .entrypoint)
        try values.encodeNonEmpty(env, forKey: .env)
        try values.encodeNonEmpty(labels, forKey: .labels)
        try values.encodeIfPresent(user, forKey: .user)
        try values.encodeIfPresent(workingDir, forKey: .workingDir)
        try values.encodeIfPresent(hostname, forKey: .hostname)
        let switches: [(CodingKeys, Bool)] = [
            (.tty, tty), (.openStdin, openStdin), (.stdinOnce, stdinOnce), (.attachStdin, attachStdin),
            (.attachStdout, attachStdout), (.attachStderr, attachStderr),
        ]
        for (key, isOn) in switches where isOn { try values.encode(true, forKey: key) }
        try values.encodeKeySet(exposedPorts, forKey: .exposedPorts)
        try values.encodeIfPresent(healthcheck, forKey: .healthcheck)
        try values.encodeIfPresent(stopSignal, forKey: .stopSignal)
        try values.encodeIfPresent(stopTimeout, forKey: .stopTimeout)
        try values.encode(hostConfig, forKey: .hostConfig)
        if !endpoints.isEmpty {
            var networking = values.nestedContainer(keyedBy: NetworkingKeys.self, forKey: .networkingConfig)
            try networking.encode(endpoints, forKey: .endpointsConfig)
        }
    }
}
