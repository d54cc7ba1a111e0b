extension DockerFlag {
    /// All flags that are known, by what they are about.
    static let all: [DockerFlag] = common + building + files + networking + resources + rights + running

    private static let everywhere = Set(DockerPhase.allCases)

    private static let common = [
        DockerFlag("label", short: "l", "KEY=VALUE", everywhere) { DockerText.pair($0).map { .label($0.0, $0.1) } },
        DockerFlag("add-host", "NAME:ADDRESS", everywhere) { DockerText.host($0).map { .addHost($0) } },
        DockerFlag("memory", short: "m", "512m", everywhere) { DockerText.bytes($0).map { .memory($0) } },
        DockerFlag("memory-swap", "1g", everywhere) {
            $0 == "-1" ? .memorySwap(-1) : DockerText.bytes($0).map { .memorySwap($0) }
        },
        DockerFlag("shm-size", "64m", everywhere) { DockerText.bytes($0).map { .sharedMemory($0) } },
        DockerFlag("ulimit", "nofile=1024:2048", everywhere) { DockerText.limit($0).map { .limit($0) } },
        DockerFlag("network", "NAME", everywhere, for: { DockerText.network($0, $1).map { .network($0) } }),
        DockerFlag("net", "NAME", everywhere, for: { DockerText.network($0, $1).map { .network($0) } }),
    ]

    private static let building = [
        DockerFlag("build-arg", "KEY=VALUE, or KEY for the config variable of that name", [.build]) {
            DockerText.variable($0).map { .buildArgument($0.0, $0.1) }
        },
        DockerFlag("target", "STAGE", [.build]) { DockerText.word($0).map { .target($0) } },
        DockerFlag(switch: "no-cache", [.build]) { $0 ? .noCache : nil },
        DockerFlag(switch: "pull", [.build]) { $0 ? .pull : nil },
        DockerFlag("cache-from", "IMAGE", [.build]) { DockerText.word($0).map { .cacheFrom($0) } },
        DockerFlag("platform", "linux/amd64", [.build]) { DockerText.word($0).map { .platform($0) } },
    ]

    private static let files = [
        DockerFlag("env", short: "e", "KEY=VALUE, or KEY for the config variable of that name") {
            DockerText.variable($0).map { .environment($0.0, $0.1) }
        },
        DockerFlag("volume", short: "v", "/HOST/PATH:/PATH[:ro], or NAME:/PATH") { DockerText.volume($0) },
        DockerFlag("mount", "type=bind,source=/HOST/PATH,target=/PATH[,readonly]") {
            DockerText.mount($0).map { .mount($0) }
        },
        DockerFlag("tmpfs", "/PATH[:size=64m]") { DockerText.temporaryFiles($0) },
        DockerFlag("workdir", short: "w", "/PATH") { DockerText.path($0).map { .workingDirectory($0) } },
        DockerFlag(switch: "read-only") { .readOnly($0) },
    ]

    private static let networking = [
        DockerFlag("link", "CONTAINER:ALIAS") { DockerText.link($0).map { .link($0) } },
        DockerFlag("network-alias", "NAME") { DockerText.name($0).map { .networkAlias($0) } },
        DockerFlag("net-alias", "NAME") { DockerText.name($0).map { .networkAlias($0) } },
        DockerFlag("dns", "ADDRESS") { DockerText.address($0).map { .nameServer($0) } },
        DockerFlag("dns-search", "DOMAIN") { DockerText.word($0).map { .searchDomain($0) } },
        DockerFlag("dns-option", "ndots:2") { DockerText.word($0).map { .resolverOption($0) } },
        DockerFlag("publish", short: "p", "[ADDRESS:]HOST-PORT:PORT[/udp]") {
            DockerText.publish($0).map { .publish($0) }
        },
        DockerFlag("expose", "PORT[/udp]") { DockerText.exposed($0).map { .expose($0) } },
        DockerFlag("hostname", short: "h", "NAME") { DockerText.name($0).map { .hostname($0) } },
    ]

    private static let resources = [
        DockerFlag("memory-reservation", "256m") { DockerText.bytes($0).map { .memoryReservation($0) } },
        DockerFlag("cpus", "1.5") { DockerText.processors($0).map { .processors($0) } },
        DockerFlag("cpu-shares", short: "c", "1024") {
            DockerText.number($0, 0...262_144).map { .processorShares($0) }
        },
        DockerFlag("cpuset-cpus", "0-2,4") { DockerText.word($0).map { .processorSet($0) } },
        DockerFlag("pids-limit", "200") {
            $0 == "-1" ? .processes(-1) : DockerText.number($0, 1...4_194_304).map { .processes($0) }
        },
        DockerFlag("gpus", "all, a number, or device=ID,ID") { DockerText.graphics($0).map { .graphics($0) } },
    ]

    private static let rights = [
        DockerFlag("cap-add", "NET_ADMIN") { DockerText.capability($0).map { .addCapability($0) } },
        DockerFlag("cap-drop", "ALL") { DockerText.capability($0).map { .dropCapability($0) } },
        DockerFlag("device", "/dev/HOST[:/dev/CONTAINER[:rwm]]") { DockerText.device($0).map { .device($0) } },
        DockerFlag("security-opt", "no-new-privileges") { DockerText.security($0).map { .securityOption($0) } },
        DockerFlag("sysctl", "net.core.somaxconn=1024") {
            DockerText.pair($0).map { .kernelParameter($0.0, $0.1) }
        },
        DockerFlag("user", short: "u", "NAME[:GROUP]") { DockerText.word($0).map { .user($0) } },
        DockerFlag("group-add", "GROUP") { DockerText.word($0).map { .group($0) } },
        DockerFlag(switch: "privileged") { .privileged($0) },
    ]

    private static let running = [
        DockerFlag("entrypoint", "PROGRAM") { .entrypoint($0) },
        DockerFlag(switch: "init") { .initProcess($0) },
        DockerFlag("restart", "no, always, unless-stopped, on-failure or on-failure:N") {
            (try? RestartPolicy(parsing: $0)).map { .restart($0) }
        },
        DockerFlag("log-driver", "json-file") { DockerText.name($0).map { .logDriver($0) } },
        DockerFlag("log-opt", "KEY=VALUE") { DockerText.pair($0).map { .logOption($0.0, $0.1) } },
        DockerFlag("stop-signal", "SIGTERM") { DockerText.signal($0).map { .stopSignal($0) } },
        DockerFlag("stop-timeout", "30") { DockerText.number($0, 0...86_400).map { .stopTimeout($0) } },
        DockerFlag(switch: "no-healthcheck") { $0 ? .health(.none) : nil },
        DockerFlag("health-cmd", "COMMAND") { $0.isEmpty ? nil : .health(.command($0)) },
        DockerFlag("health-interval", "30s") { DockerText.duration($0).map { .health(.interval($0)) } },
        DockerFlag("health-timeout", "30s") { DockerText.duration($0).map { .health(.timeout($0)) } },
        DockerFlag("health-start-period", "10s") { DockerText.duration($0).map { .health(.startPeriod($0)) } },
        DockerFlag("health-retries", "3") { DockerText.number($0, 1...1_000).map { .health(.retries($0)) } },
    ]
}
