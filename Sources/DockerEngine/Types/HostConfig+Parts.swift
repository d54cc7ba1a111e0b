extension HostConfig {
    /// When the engine starts a container again by itself.
    public struct RestartPolicy: Sendable, Hashable, Codable {
        /// `no`, `always`, `unless-stopped` or `on-failure`; empty means `no`.
        public var name: String
        /// For `on-failure`: how often at most; 0 is without limit.
        public var maximumRetryCount: Int

        /// Makes a policy from the engine's word for it.
        public init(name: String, maximumRetryCount: Int = 0) {
            self.name = name
            self.maximumRetryCount = maximumRetryCount
        }

        /// Never.
        public static let no = RestartPolicy(name: "no")
        /// Whenever it ends, and at the start of the engine.
        public static let always = RestartPolicy(name: "always")
        /// Like `always`, but not after it was stopped by a person.
        public static let unlessStopped = RestartPolicy(name: "unless-stopped")
        /// When it ends with another status than 0, `maximumRetries` times at most (0: without limit).
        public static func onFailure(maximumRetries: Int = 0) -> RestartPolicy {
            RestartPolicy(name: "on-failure", maximumRetryCount: maximumRetries)
        }

        private enum CodingKeys: String, CodingKey {
            case name = "Name", maximumRetryCount = "MaximumRetryCount"
        }

        /// Reads the engine's form; anything may be missing.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            name = try values.value(.name, default: "no")
            maximumRetryCount = try values.value(.maximumRetryCount, default: 0)
        }
    }

    /// A file tree mounted into a container.
    public struct Mount: Sendable, Hashable, Codable {
        /// `bind`, `volume` or `tmpfs`.
        public var type: String
        /// The host path or the volume's name; empty for tmpfs and anonymous volumes.
        public var source: String
        /// The absolute path inside the container.
        public var target: String
        /// Whether writing is refused.
        public var readOnly: Bool

        /// Makes a mount.
        public init(type: String, source: String, target: String, readOnly: Bool = false) {
            self.type = type
            self.source = source
            self.target = target
            self.readOnly = readOnly
        }

        private enum CodingKeys: String, CodingKey {
            case type = "Type", source = "Source", target = "Target", readOnly = "ReadOnly"
        }

        /// Reads the engine's form.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            type = try values.decode(String.self, forKey: .type)
            source = try values.value(.source, default: "")
            target = try values.decode(String.self, forKey: .target)
            readOnly = try values.value(.readOnly, default: false)
        }

        /// Writes the engine's form, which has no source for a tmpfs.
        public func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(type, forKey: .type)
            if !source.isEmpty { try values.encode(source, forKey: .source) }
            try values.encode(target, forKey: .target)
            if readOnly { try values.encode(true, forKey: .readOnly) }
        }
    }

    /// Where a container's output is kept.
    public struct LogConfig: Sendable, Hashable, Codable {
        /// A log driver such as `json-file`, `local`, `journald` or `none`.
        public var type: String
        /// The driver's options, such as `max-size`.
        public var config: [String: String]

        /// Makes a log configuration.
        public init(type: String, config: [String: String] = [:]) {
            self.type = type
            self.config = config
        }

        private enum CodingKeys: String, CodingKey {
            case type = "Type", config = "Config"
        }

        /// Reads the engine's form; options may be missing.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            type = try values.value(.type, default: "")
            config = try values.value(.config, default: [:])
        }
    }

    /// A limit as `ulimit` sets it, in the unit of that limit.
    public struct Ulimit: Sendable, Hashable, Codable {
        /// The name without `RLIMIT_`, in lower case: `nofile`.
        public var name: String
        /// What a process gets.
        public var soft: Int
        /// What a process may raise it to.
        public var hard: Int

        /// Makes a limit.
        public init(name: String, soft: Int, hard: Int) {
            self.name = name
            self.soft = soft
            self.hard = hard
        }

        private enum CodingKeys: String, CodingKey {
            case name = "Name", soft = "Soft", hard = "Hard"
        }
    }

    /// A port of the container published on the host.
    public struct PortBinding: Sendable, Hashable {
        /// The port and protocol inside the container: `5432/tcp`.
        public var containerPort: String
        /// The host address to listen on; empty for all.
        public var hostIP: String
        /// The host port; empty for one the engine chooses.
        public var hostPort: String

        /// Makes a binding.
        public init(containerPort: String, hostIP: String = "", hostPort: String = "") {
            self.containerPort = containerPort
            self.hostIP = hostIP
            self.hostPort = hostPort
        }
    }
}

extension HostConfig.PortBinding {
    /// The host's half of a binding, as the engine nests it under the container's port.
    struct Host: Codable, Sendable {
        var hostIP: String?
        var hostPort: String?

        private enum CodingKeys: String, CodingKey {
            case hostIP = "HostIp", hostPort = "HostPort"
        }
    }

    static func decode(_ map: [String: [Host]?]) -> [HostConfig.PortBinding] {
        map.sorted { $0.key < $1.key }.flatMap { port, hosts in
            (hosts ?? []).map {
                HostConfig.PortBinding(
                    containerPort: port, hostIP: $0.hostIP ?? "", hostPort: $0.hostPort ?? "")
            }
        }
    }

    static func encode(_ bindings: [HostConfig.PortBinding]) -> [String: [Host]] {
        Dictionary(grouping: bindings, by: \.containerPort).mapValues { group in
            group.map { Host(hostIP: $0.hostIP, hostPort: $0.hostPort) }
        }
    }
}
