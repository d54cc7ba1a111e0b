/// What one option of docker means, as far as Cairn knows it. Sizes are in bytes.
public enum DockerSetting: Hashable, Sendable {
    // MARK: Builds and containers
    case label(String, String)
    /// A line for /etc/hosts, `name:address`.
    case addHost(String)
    case memory(Int)
    /// Memory and swap together; -1 for as much swap as there is.
    case memorySwap(Int)
    case sharedMemory(Int)
    case limit(DockerLimit)
    /// A network beside the app's own; of a build, the network of its steps.
    case network(String)

    // MARK: Builds
    /// Without a value, it is that of the config variable of the same name.
    case buildArgument(ConfigKey, String?)
    case target(String)
    case noCache
    case pull
    case cacheFrom(String)
    case platform(String)

    // MARK: Containers
    /// Without a value, it is that of the config variable of the same name.
    case environment(ConfigKey, String?)
    /// `source:target[:options]`: a directory of the host or a volume.
    case bind(String)
    case mount(DockerMount)
    /// The mount point, and options such as `size=64m`.
    case temporaryFiles(String, String)
    /// Makes another container reachable under a name.
    case link(DockerLink)
    case networkAlias(String)
    case nameServer(String), searchDomain(String), resolverOption(String)
    case publish(DockerPort)
    /// `port/protocol`
    case expose(String)
    case memoryReservation(Int)
    /// In billionths of a processor.
    case processors(Int)
    case processorShares(Int)
    case processorSet(String)
    case processes(Int)
    case addCapability(String), dropCapability(String)
    case device(DockerDevice)
    case graphics(DockerGraphics)
    case securityOption(String)
    case kernelParameter(String, String)
    case user(String), group(String)
    case workingDirectory(String)
    case hostname(String)
    /// Empty removes the image's.
    case entrypoint(String)
    case initProcess(Bool), readOnly(Bool), privileged(Bool)
    case restart(RestartPolicy)
    case logDriver(String), logOption(String, String)
    case stopSignal(String)
    /// In seconds.
    case stopTimeout(Int)
    case health(DockerHealth)
}

/// A limit as ulimit(1) sets it.
public struct DockerLimit: Hashable, Sendable {
    public let name: String
    public let soft: Int
    public let hard: Int
}

/// What `--mount` names.
public struct DockerMount: Hashable, Sendable {
    public enum Kind: String, Sendable { case bind, volume, tmpfs }
    public let kind: Kind
    /// The host's directory or the volume; empty for a new volume.
    public let source: String
    public let target: String
    public let isReadOnly: Bool
    /// Of a tmpfs: `size=…`, `mode=…`, with commas.
    public let options: String
}

/// A container that an app reaches under a name of its own choice.
public struct DockerLink: Hashable, Sendable, Comparable {
    public let container: String
    public let alias: String

    public static func < (left: Self, right: Self) -> Bool {
        (left.container, left.alias) < (right.container, right.alias)
    }
}

/// A port of a container that the host publishes.
public struct DockerPort: Hashable, Sendable {
    /// The first of `count` ports, `tcp`, `udp` or `sctp`.
    public let containerPort: Int
    public let proto: String
    /// Empty for every address of the host.
    public let hostAddress: String
    /// nil for ports of the engine's choice.
    public let hostPort: Int?
    public let count: Int
}

/// A device of the host.
public struct DockerDevice: Hashable, Sendable {
    public let hostPath: String
    public let containerPath: String
    /// Of the letters `r`, `w` and `m`.
    public let permissions: String
}

/// Which graphics processors a container gets.
public enum DockerGraphics: Hashable, Sendable {
    case all
    case count(Int)
    case devices([String])
}

/// How the engine itself checks a container.
public enum DockerHealth: Hashable, Sendable {
    case none
    case command(String)
    case interval(Duration), timeout(Duration), startPeriod(Duration)
    case retries(Int)
}
