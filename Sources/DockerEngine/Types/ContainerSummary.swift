/// One line of the list of containers (`GET /containers/json`).
public struct ContainerSummary: Sendable, Equatable {
    /// The full id.
    public var id: String
    /// Its names, without leading slashes.
    public var names: [String]
    /// The image as it was named at creation, or its id when that name is gone.
    public var image: String
    /// The image's id.
    public var imageID: String
    /// The command, cut and joined by the engine for showing.
    public var command: String
    /// When it was created.
    public var created: EngineTimestamp
    /// What it is doing.
    public var state: ContainerStatus
    /// The same for people: `Up 3 minutes (healthy)`.
    public var status: String
    /// Its labels, the image's included.
    public var labels: [String: String]
    /// Its networks, by name.
    public var networks: [String: NetworkEndpoint]
}

extension ContainerSummary: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "Id", names = "Names", image = "Image", imageID = "ImageID", command = "Command", created = "Created"
        case state = "State", status = "Status", labels = "Labels", networkSettings = "NetworkSettings"
    }

    /// Reads one element of the list; only the id must be there.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        names = try values.value(.names, default: [String]()).map(\.withoutLeadingSlash)
        image = try values.value(.image, default: "")
        imageID = try values.value(.imageID, default: "")
        command = try values.value(.command, default: "")
        created = EngineTimestamp(seconds: try values.value(.created, default: 0))
        state = try values.value(.state, default: .unknown)
        status = try values.value(.status, default: "")
        labels = try values.value(.labels, default: [:])
        networks = try values.value(.networkSettings, default: NetworkSettings()).networks
    }
}
