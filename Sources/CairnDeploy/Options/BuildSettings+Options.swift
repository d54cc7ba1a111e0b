import CairnBuild
import CairnCore
import DockerEngine

extension BuildSettings {
    /// Changes the build as the options say. What only containers have is passed over.
    mutating func apply(_ options: [DockerOption], config: [String: String]) {
        for option in options {
            switch option.setting {
            case .noCache: noCache = true
            case .pull: pull = true
            case .target(let stage): target = stage
            // As in the docker command: without a value, it is that of the variable of the same name.
            case .buildArgument(let key, let value):
                buildArguments[key.rawValue] = value ?? config[key.rawValue] ?? ""
            case .label(let key, let value): labels[key] = value
            case .network(let name): surroundings.network = name
            case .addHost(let line): surroundings.hosts.append(line)
            case .platform(let name): surroundings.platform = name
            case .cacheFrom(let image): surroundings.cacheSources.append(image)
            case .memory(let bytes): surroundings.memory = bytes
            case .sharedMemory(let bytes): surroundings.sharedMemory = bytes
            case .limit(let limit):
                surroundings.limits.append(HostConfig.Ulimit(name: limit.name, soft: limit.soft, hard: limit.hard))
            default: break
            }
        }
    }
}
