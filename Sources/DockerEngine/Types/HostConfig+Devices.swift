extension HostConfig {
    /// A device of the host that a container may use.
    public struct Device: Sendable, Hashable, Codable {
        /// Its path on the host.
        public var hostPath: String
        /// Its path in the container.
        public var containerPath: String
        /// What is allowed: `r`, `w`, and `m` for mknod.
        public var permissions: String

        /// Makes a device.
        public init(hostPath: String, containerPath: String, permissions: String = "rwm") {
            self.hostPath = hostPath
            self.containerPath = containerPath
            self.permissions = permissions
        }

        private enum CodingKeys: String, CodingKey {
            case hostPath = "PathOnHost", containerPath = "PathInContainer", permissions = "CgroupPermissions"
        }
    }

    /// A request to a device driver of the engine.
    public struct DeviceRequest: Sendable, Hashable, Codable {
        /// How many devices, -1 for all; 0 when they are named.
        public var count: Int
        /// The devices' names at their driver.
        public var deviceIDs: [String]
        /// What they have to be able to: any of these lists, such as `[["gpu"]]`.
        public var capabilities: [[String]]

        /// Makes a request.
        public init(count: Int = 0, deviceIDs: [String] = [], capabilities: [[String]]) {
            self.count = count
            self.deviceIDs = deviceIDs
            self.capabilities = capabilities
        }

        private enum CodingKeys: String, CodingKey {
            case count = "Count", deviceIDs = "DeviceIDs", capabilities = "Capabilities"
        }

        /// Reads the engine's form, where lists may be null.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            count = try values.value(.count, default: 0)
            deviceIDs = try values.value(.deviceIDs, default: [])
            capabilities = try values.value(.capabilities, default: [])
        }

        /// Writes the engine's form.
        public func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            if count != 0 { try values.encode(count, forKey: .count) }
            try values.encodeNonEmpty(deviceIDs, forKey: .deviceIDs)
            try values.encode(capabilities, forKey: .capabilities)
        }
    }
}
