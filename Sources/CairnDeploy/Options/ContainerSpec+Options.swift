import CairnCore
import DockerEngine

extension ContainerSpec {
    /// Variables that are Cairn's to set.
    private static let ownVariables: Set<String> = ["PORT", "DYNO", "CAIRN_APP", "CAIRN_RELEASE", "CAIRN_TASK"]

    /// Changes the container as the options say, one after the other: the last counts, as for docker's own client. Cairn's
    /// own variables, labels and network stay.
    ///
    /// - Parameters:
    ///   - options: Those that mean something to this container.
    ///   - config: The app's variables, for `--env KEY`.
    ///   - network: The app's own network.
    mutating func apply(_ options: [DockerOption], config: [String: String], network: String) {
        for option in options {
            switch option.setting {
            case .environment(let key, let value): set(key.rawValue, value ?? config[key.rawValue])
            case .label(let key, let value): labels[key] = labels[key] == nil || !Self.isOwn(key) ? value : labels[key]
            case .networkAlias(let name): endpoints[network]?.aliases.append(name)
            case .user(let name): user = name
            case .workingDirectory(let path): workingDir = path
            case .hostname(let name): hostname = name
            case .entrypoint(let program): entrypoint = [program]
            case .stopSignal(let name): stopSignal = name
            case .stopTimeout(let seconds): stopTimeout = seconds
            case .expose(let port): exposedPorts.append(port)
            case .publish(let port): exposedPorts += port.bindings.map(\.containerPort)
            case .health(let health): apply(health)
            default: break
            }
            hostConfig.apply(option.setting)
        }
    }

    private static func isOwn(_ label: String) -> Bool { label.hasPrefix("cairn.") || label.hasPrefix("com.dokku.") }

    private mutating func set(_ name: String, _ value: String?) {
        let index = env.firstIndex { $0.hasPrefix(name + "=") }
        guard let value, index == nil || !Self.ownVariables.contains(name) else { return }
        if let index { env[index] = "\(name)=\(value)" } else { env.append("\(name)=\(value)") }
    }

    private mutating func apply(_ health: DockerHealth) {
        var check = healthcheck ?? Healthcheck(test: [])
        switch health {
        case .none: check = Healthcheck(test: ["NONE"])
        case .command(let line): check.test = ["CMD-SHELL", line]
        case .interval(let time): check.interval = time
        case .timeout(let time): check.timeout = time
        case .startPeriod(let time): check.startPeriod = time
        case .retries(let count): check.retries = count
        }
        healthcheck = check
    }
}

extension HostConfig {
    mutating func apply(_ setting: DockerSetting) {
        switch setting {
        case .bind, .mount, .temporaryFiles: applyFiles(setting)
        case .addHost, .nameServer, .searchDomain, .resolverOption, .publish: applyNetworking(setting)
        case .logDriver, .logOption: applyLog(setting)
        case .device, .graphics, .addCapability, .dropCapability, .securityOption, .group, .privileged:
            applyRights(setting)
        case .initProcess(let isOn): `init` = isOn
        case .readOnly(let isOn): readonlyRootfs = isOn
        case .restart(let policy): restartPolicy = policy.engine
        case .kernelParameter(let key, let value): sysctls[key] = value
        case .limit(let limit):
            ulimits.removeAll { $0.name == limit.name }
            ulimits.append(Ulimit(name: limit.name, soft: limit.soft, hard: limit.hard))
        default: applyResource(setting)
        }
    }

    private mutating func applyResource(_ setting: DockerSetting) {
        switch setting {
        case .memory(let bytes): memory = bytes
        case .memorySwap(let bytes): memorySwap = bytes
        case .memoryReservation(let bytes): memoryReservation = bytes
        case .sharedMemory(let bytes): shmSize = bytes
        case .processors(let billionths): nanoCPUs = billionths
        case .processorShares(let shares): cpuShares = shares
        case .processorSet(let set): cpusetCPUs = set
        case .processes(let count): pidsLimit = count
        default: break
        }
    }

    private mutating func applyFiles(_ setting: DockerSetting) {
        switch setting {
        case .bind(let text): binds.append(text)
        case .mount(let mount) where mount.kind == .tmpfs:
            let parts = [mount.isReadOnly ? "ro" : "", mount.options].filter { !$0.isEmpty }
            tmpfs[mount.target] = parts.joined(separator: ",")
        case .mount(let mount):
            mounts.append(
                Mount(
                    type: mount.kind.rawValue, source: mount.source, target: mount.target, readOnly: mount.isReadOnly))
        case .temporaryFiles(let target, let options): tmpfs[target] = options
        default: break
        }
    }

    private mutating func applyNetworking(_ setting: DockerSetting) {
        switch setting {
        case .addHost(let line): extraHosts.append(line)
        case .nameServer(let address): dns.append(address)
        case .searchDomain(let domain): dnsSearch.append(domain)
        case .resolverOption(let text): dnsOptions.append(text)
        case .publish(let port): portBindings += port.bindings
        default: break
        }
    }

    /// Options belong to a driver: with another one, those of the first mean nothing.
    private mutating func applyLog(_ setting: DockerSetting) {
        var config = logConfig ?? LogConfig(type: "json-file")
        switch setting {
        case .logDriver(let name): if name != config.type { config = LogConfig(type: name) }
        case .logOption(let key, let value): config.config[key] = value
        default: break
        }
        logConfig = config
    }

    private mutating func applyRights(_ setting: DockerSetting) {
        switch setting {
        case .device(let device):
            devices.append(
                Device(
                    hostPath: device.hostPath, containerPath: device.containerPath, permissions: device.permissions))
        case .graphics(let wanted): deviceRequests.append(DeviceRequest(wanted))
        case .addCapability(let name): capAdd.append(name)
        case .dropCapability(let name): capDrop.append(name)
        case .securityOption(let text): securityOpt.append(text)
        case .group(let name): groupAdd.append(name)
        case .privileged(let isOn): privileged = isOn
        default: break
        }
    }
}

extension HostConfig.DeviceRequest {
    init(_ graphics: DockerGraphics) {
        switch graphics {
        case .all: self.init(count: -1, capabilities: [["gpu"]])
        case .count(let count): self.init(count: count, capabilities: [["gpu"]])
        case .devices(let ids): self.init(deviceIDs: ids, capabilities: [["gpu"]])
        }
    }
}

extension DockerPort {
    var bindings: [HostConfig.PortBinding] {
        (0..<count).map { offset in
            HostConfig.PortBinding(
                containerPort: "\(containerPort + offset)/\(proto)", hostIP: hostAddress,
                hostPort: hostPort.map { "\($0 + offset)" } ?? "")
        }
    }
}
