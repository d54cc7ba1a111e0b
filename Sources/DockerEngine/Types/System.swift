/// What `GET /_ping` tells in its headers.
public struct EnginePing: Sendable, Equatable {
    /// The newest API version the engine speaks.
    public var apiVersion: EngineAPIVersion
    /// The builder the engine prefers: `1` for the classic one, `2` for BuildKit. Both can be asked for.
    public var builderVersion: String
    /// The operating system containers run on: `linux`.
    public var osType: String
}

/// What `GET /version` tells.
public struct EngineVersion: Sendable, Equatable, Decodable {
    /// The engine's own version, `20.10.24`.
    public let version: String
    /// The newest API version it speaks.
    public let apiVersion: String
    /// The oldest API version it speaks.
    public let minAPIVersion: String
    /// The operating system, `linux`.
    public let os: String
    /// The processor in Go's terms, `amd64`.
    public let arch: String
    /// The kernel's version.
    public let kernelVersion: String

    private enum CodingKeys: String, CodingKey {
        case version = "Version", apiVersion = "ApiVersion", minAPIVersion = "MinAPIVersion", os = "Os", arch = "Arch"
        case kernelVersion = "KernelVersion"
    }

    /// Reads the answer; anything but the version may be missing.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        version = try values.decode(String.self, forKey: .version)
        apiVersion = try values.value(.apiVersion, default: "")
        minAPIVersion = try values.value(.minAPIVersion, default: "")
        os = try values.value(.os, default: "")
        arch = try values.value(.arch, default: "")
        kernelVersion = try values.value(.kernelVersion, default: "")
    }
}

/// What `GET /info` tells about the engine and its host.
public struct EngineInfo: Sendable, Equatable, Decodable {
    /// The engine's id, which stays the same over restarts.
    public let id: String
    /// The host's name.
    public let name: String
    /// The engine's version.
    public let serverVersion: String
    /// The host's memory in bytes.
    public let memTotal: Int
    /// The number of processors.
    public let ncpu: Int
    /// The storage driver, `overlay2`.
    public let driver: String
    /// Where images, containers and volumes are kept.
    public let dockerRootDir: String
    /// The host's distribution, for people.
    public let operatingSystem: String
    /// The processor as the kernel names it, `x86_64`.
    public let architecture: String
    /// `1` or `2`.
    public let cgroupVersion: String
    /// The number of containers, running or not.
    public let containers: Int
    /// The number of running containers.
    public let containersRunning: Int
    /// The swarm state of this node: `inactive`, `active`, ….
    public let swarmState: String
    /// What the engine warns of, such as missing limits of the kernel.
    public let warnings: [String]

    private enum CodingKeys: String, CodingKey {
        case id = "ID", name = "Name", serverVersion = "ServerVersion", memTotal = "MemTotal", ncpu = "NCPU"
        case driver = "Driver", dockerRootDir = "DockerRootDir", operatingSystem = "OperatingSystem"
        case architecture = "Architecture", cgroupVersion = "CgroupVersion", containers = "Containers"
        case containersRunning = "ContainersRunning", swarm = "Swarm", warnings = "Warnings"
    }

    private struct Swarm: Decodable {
        let LocalNodeState: String?
    }

    /// Reads the answer; anything may be missing.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.value(.id, default: "")
        name = try values.value(.name, default: "")
        serverVersion = try values.value(.serverVersion, default: "")
        memTotal = try values.value(.memTotal, default: 0)
        ncpu = try values.value(.ncpu, default: 0)
        driver = try values.value(.driver, default: "")
        dockerRootDir = try values.value(.dockerRootDir, default: "")
        operatingSystem = try values.value(.operatingSystem, default: "")
        architecture = try values.value(.architecture, default: "")
        cgroupVersion = try values.value(.cgroupVersion, default: "")
        containers = try values.value(.containers, default: 0)
        containersRunning = try values.value(.containersRunning, default: 0)
        swarmState = try values.decodeIfPresent(Swarm.self, forKey: .swarm)?.LocalNodeState ?? "inactive"
        warnings = try values.value(.warnings, default: [])
    }
}
