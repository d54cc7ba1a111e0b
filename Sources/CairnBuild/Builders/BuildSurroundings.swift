public import DockerEngine

/// What the steps of a build find around them, as options of docker set it. What is nil or empty is left to the engine.
public struct BuildSurroundings: Sendable, Hashable {
    /// The network of the steps: `default`, `none`, `host`, or a name.
    public var network: String?
    /// Lines for /etc/hosts, `name:address`.
    public var hosts: [String] = []
    /// The platform to build for, `linux/amd64`.
    public var platform: String?
    /// Images to take unchanged steps from.
    public var cacheSources: [String] = []
    /// In bytes; BuildKit passes over it.
    public var memory: Int?
    /// The size of /dev/shm, in bytes.
    public var sharedMemory: Int?
    /// As ulimit(1) sets them.
    public var limits: [HostConfig.Ulimit] = []

    /// Leaves everything to the engine.
    public init() {}
}

extension BuildOptions {
    /// Takes over what was set; every builder calls it.
    mutating func apply(_ surroundings: BuildSurroundings) {
        networkMode = surroundings.network ?? networkMode
        extraHosts += surroundings.hosts
        platform = surroundings.platform ?? platform
        cacheFrom += surroundings.cacheSources
        memory = surroundings.memory ?? memory
        shmSize = surroundings.sharedMemory ?? shmSize
        ulimits += surroundings.limits
    }
}
