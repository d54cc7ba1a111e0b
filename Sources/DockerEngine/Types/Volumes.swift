/// What a volume is created from (`POST /volumes/create`).
public struct VolumeSpec: Sendable, Equatable, Encodable {
    /// Its name.
    public var name: String
    /// Its driver.
    public var driver: String
    /// The driver's options.
    public var options: [String: String]
    /// Its labels.
    public var labels: [String: String]

    /// Makes a specification of a local volume.
    public init(
        name: String, driver: String = "local", options: [String: String] = [:], labels: [String: String] = [:]
    ) {
        self.name = name
        self.driver = driver
        self.options = options
        self.labels = labels
    }

    private enum CodingKeys: String, CodingKey {
        case name = "Name", driver = "Driver", options = "DriverOpts", labels = "Labels"
    }
}

/// One volume (`GET /volumes/{name}`).
public struct Volume: Sendable, Equatable, Decodable {
    /// Its name.
    public let name: String
    /// Its driver.
    public let driver: String
    /// Where its files are on the host.
    public let mountpoint: String
    /// Its labels.
    public let labels: [String: String]
    /// When it was created.
    public let created: EngineTimestamp?

    private enum CodingKeys: String, CodingKey {
        case name = "Name", driver = "Driver", mountpoint = "Mountpoint", labels = "Labels", created = "CreatedAt"
    }

    /// Reads the answer; anything but the name may be missing.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        driver = try values.value(.driver, default: "local")
        mountpoint = try values.value(.mountpoint, default: "")
        labels = try values.value(.labels, default: [:])
        created = try values.timestamp(.created)
    }
}
