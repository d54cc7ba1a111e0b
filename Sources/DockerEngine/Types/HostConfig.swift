/// How a container is run on its host: the `HostConfig` of the Engine API, for creating and from inspecting.
///
/// What is nil or empty is left to the engine's defaults.
public struct HostConfig: Sendable, Equatable {
    /// When the engine starts the container again by itself.
    public var restartPolicy: RestartPolicy?
    /// Run a small init as process 1 that forwards signals and reaps children.
    public var `init`: Bool?
    /// The network the container starts in: a network's name or id, `bridge`, `host`, `none` or `container:<id>`.
    public var networkMode: String?
    /// Bind mounts in the form `source:target[:ro]`.
    public var binds: [String] = []
    /// Mounts in the long form, which fails when a bind source is missing.
    public var mounts: [Mount] = []
    /// Memory limit in bytes.
    public var memory: Int?
    /// Memory and swap limit in bytes; -1 for unlimited swap.
    public var memorySwap: Int?
    /// Memory in bytes that is kept for the container when memory is short.
    public var memoryReservation: Int?
    /// CPU limit in billionths of a CPU: 1,500,000,000 is one and a half.
    public var nanoCPUs: Int?
    /// The greatest number of processes and threads.
    public var pidsLimit: Int?
    /// Remove the container, with its anonymous volumes, as soon as it ends.
    public var autoRemove = false
    /// Where its output is kept.
    public var logConfig: LogConfig?
    /// Published ports.
    public var portBindings: [PortBinding] = []
    /// Publish every exposed port on a port of the engine's choice.
    public var publishAllPorts = false
    /// Linux capabilities added to the engine's default set.
    public var capAdd: [String] = []
    /// Linux capabilities taken from the engine's default set; `ALL` for all.
    public var capDrop: [String] = []
    /// Options such as `no-new-privileges`.
    public var securityOpt: [String] = []
    /// All capabilities and devices. Nothing separates such a container from the host.
    public var privileged = false
    /// Mount the image read-only.
    public var readonlyRootfs = false
    /// Memory file systems: mount point to options (`size=64m`, or empty).
    public var tmpfs: [String: String] = [:]
    /// Size of /dev/shm in bytes.
    public var shmSize: Int?
    /// Lines for /etc/hosts in the form `name:address`.
    public var extraHosts: [String] = []
    /// Addresses of name servers.
    public var dns: [String] = []
    /// Supplementary groups.
    public var groupAdd: [String] = []
    /// Resource limits as `ulimit` sets them.
    public var ulimits: [Ulimit] = []
    /// Kernel parameters of the container's namespaces.
    public var sysctls: [String: String] = [:]
    /// The weight against other containers when processors are short; the engine's default is 1024.
    public var cpuShares: Int?
    /// The processors that may be used, `0-2,4`.
    public var cpusetCPUs: String?
    /// Devices of the host.
    public var devices: [Device] = []
    /// Devices that a driver of the engine brings, such as graphics processors.
    public var deviceRequests: [DeviceRequest] = []
    /// Domains that names without a dot are looked up in.
    public var dnsSearch: [String] = []
    /// Options of the resolver, `ndots:2`.
    public var dnsOptions: [String] = []

    /// A configuration of nothing but defaults.
    public init(
        restartPolicy: RestartPolicy? = nil, init: Bool? = nil, networkMode: String? = nil, binds: [String] = [],
        mounts: [Mount] = [], memory: Int? = nil, nanoCPUs: Int? = nil, autoRemove: Bool = false
    ) {
        self.restartPolicy = restartPolicy
        self.`init` = `init`
        self.networkMode = networkMode
        self.binds = binds
        self.mounts = mounts
        self.memory = memory
        self.nanoCPUs = nanoCPUs
        self.autoRemove = autoRemove
    }
}

extension HostConfig: Codable {
    private enum CodingKeys: String, CodingKey {
        case restartPolicy = "RestartPolicy", `init` = "Init", networkMode = "NetworkMode", binds = "Binds"
        case mounts = "Mounts", memory = "Memory", memorySwap = "MemorySwap", memoryReservation = "MemoryReservation"
        case nanoCPUs = "NanoCpus", pidsLimit = "PidsLimit", autoRemove = "AutoRemove", logConfig = "LogConfig"
        case portBindings = "PortBindings", capAdd = "CapAdd", capDrop = "CapDrop", securityOpt = "SecurityOpt"
        case privileged = "Privileged", readonlyRootfs = "ReadonlyRootfs", tmpfs = "Tmpfs", shmSize = "ShmSize"
        case extraHosts = "ExtraHosts", dns = "Dns", groupAdd = "GroupAdd", ulimits = "Ulimits", sysctls = "Sysctls"
        case cpuShares = "CpuShares", cpusetCPUs = "CpusetCpus", devices = "Devices", deviceRequests = "DeviceRequests"
        case dnsSearch = "DnsSearch", dnsOptions = "DnsOptions", publishAllPorts = "PublishAllPorts"
    }

    /// Reads what `GET /containers/{id}/json` gives; anything may be missing.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        restartPolicy = try values.decodeIfPresent(RestartPolicy.self, forKey: .restartPolicy)
        `init` = try values.decodeIfPresent(Bool.self, forKey: .`init`)
        networkMode = try values.decodeIfPresent(String.self, forKey: .networkMode)
        binds = try values.value(.binds, default: [])
        mounts = try values.value(.mounts, default: [])
        memory = try values.decodeIfPresent(Int.self, forKey: .memory)
        memorySwap = try values.decodeIfPresent(Int.self, forKey: .memorySwap)
        memoryReservation = try values.decodeIfPresent(Int.self, forKey: .memoryReservation)
        nanoCPUs = try values.decodeIfPresent(Int.self, forKey: .nanoCPUs)
        pidsLimit = try values.decodeIfPresent(Int.self, forKey: .pidsLimit)
        autoRemove = try values.value(.autoRemove, default: false)
        logConfig = try values.decodeIfPresent(LogConfig.self, forKey: .logConfig)
        portBindings = try PortBinding.decode(values.value(.portBindings, default: [:]))
        publishAllPorts = try values.value(.publishAllPorts, default: false)
        capAdd = try values.value(.capAdd, default: [])
        capDrop = try values.value(.capDrop, default: [])
        securityOpt = try values.value(.securityOpt, default: [])
        privileged = try values.value(.privileged, default: false)
        readonlyRootfs = try values.value(.readonlyRootfs, default: false)
        tmpfs = try values.value(.tmpfs, default: [:])
        shmSize = try values.decodeIfPresent(Int.self, forKey: .shmSize)
        extraHosts = try values.value(.extraHosts, default: [])
        dns = try values.value(.dns, default: [])
        groupAdd = try values.value(.groupAdd, default: [])
        ulimits = try values.value(.ulimits, default: [])
        sysctls = try values.value(.sysctls, default: [:])
        cpuShares = try values.decodeIfPresent(Int.self, forKey: .cpuShares)
        cpusetCPUs = try values.decodeIfPresent(String.self, forKey: .cpusetCPUs)
        devices = try values.value(.devices, default: [])
        deviceRequests = try values.value(.deviceRequests, default: [])
        dnsSearch = try values.value(.dnsSearch, default: [])
        dnsOptions = try values.value(.dnsOptions, default: [])
    }

    /// Writes what `POST /containers/create` takes; defaults are left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(restartPolicy, forKey: .restartPolicy)
        try values.encodeIfPresent(`init`, forKey: .`init`)
        try values.encodeIfPresent(networkMode, forKey: .networkMode)
        try values.encodeNonEmpty(binds, forKey: .binds)
        try values.encodeNonEmpty(mounts, forKey: .mounts)
        try values.encodeIfPresent(memory, forKey: .memory)
        try values.encodeIfPresent(memorySwap, forKey: .memorySwap)
        try values.encodeIfPresent(memoryReservation, forKey: .memoryReservation)
        try values.encodeIfPresent(nanoCPUs, forKey: .nanoCPUs)
        try values.encodeIfPresent(pidsLimit, forKey: .pidsLimit)
        if autoRemove { try values.encode(true, forKey: .autoRemove) }
        try values.encodeIfPresent(logConfig, forKey: .logConfig)
        try values.encodeNonEmpty(PortBinding.encode(portBindings), forKey: .portBindings)
        if publishAllPorts { try values.encode(true, forKey: .publishAllPorts) }
        try values.encodeNonEmpty(capAdd, forKey: .capAdd)
        try values.encodeNonEmpty(capDrop, forKey: .capDrop)
        try values.encodeNonEmpty(securityOpt, forKey: .securityOpt)
        if privileged { try values.encode(true, forKey: .privileged) }
        if readonlyRootfs { try values.encode(true, forKey: .readonlyRootfs) }
        try values.encodeNonEmpty(tmpfs, forKey: .tmpfs)
        try values.encodeIfPresent(shmSize, forKey: .shmSize)
        try values.encodeNonEmpty(extraHosts, forKey: .extraHosts)
        try values.encodeNonEmpty(dns, forKey: .dns)
        try values.encodeNonEmpty(groupAdd, forKey: .groupAdd)
        try values.encodeNonEmpty(ulimits, forKey: .ulimits)
        try values.encodeNonEmpty(sysctls, forKey: .sysctls)
        try values.encodeIfPresent(cpuShares, forKey: .cpuShares)
        try values.encodeIfPresent(cpusetCPUs, forKey: .cpusetCPUs)
        try values.encodeNonEmpty(devices, forKey: .devices)
        try values.encodeNonEmpty(deviceRequests, forKey: .deviceRequests)
        try values.encodeNonEmpty(dnsSearch, forKey: .dnsSearch)
        try values.encodeNonEmpty(dnsOptions, forKey: .dnsOptions)
    }
}
