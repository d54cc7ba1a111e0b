/// Something that happened in the engine (`GET /events`).
public struct EngineEvent: Sendable, Equatable {
    /// What it happened to: `container`, `network`, `image`, `volume`, ….
    public var type: String
    /// What happened, as the engine writes it: `start`, `die`, `health_status: healthy`, `exec_create: sh -c …`.
    public var action: String
    /// The id of what it happened to.
    public var actorID: String
    /// Its labels and, by event, more: `name`, `image`, `exitCode`, `container`, ….
    public var attributes: [String: String]
    /// When, in nanoseconds since 1970.
    public var timeNano: Int64

    /// The action without what follows its colon: `health_status`.
    public var actionName: String { String(action.prefix { $0 != ":" }) }

    /// Makes an event, as tests of readers need.
    public init(
        type: String, action: String, actorID: String, attributes: [String: String] = [:], timeNano: Int64 = 0
    ) {
        self.type = type
        self.action = action
        self.actorID = actorID
        self.attributes = attributes
        self.timeNano = timeNano
    }
}

extension EngineEvent: Decodable {
    private enum CodingKeys: String, CodingKey {
        case type = "Type", action = "Action", actor = "Actor", time, timeNano
    }

    private struct Actor: Decodable {
        let ID: String?
        let Attributes: [String: String]?
    }

    /// Reads one line of the stream.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        type = try values.value(.type, default: "")
        action = try values.value(.action, default: "")
        let actor = try values.decodeIfPresent(Actor.self, forKey: .actor)
        actorID = actor?.ID ?? ""
        attributes = actor?.Attributes ?? [:]
        let time = try values.value(.time, default: Int64(0))
        timeNano = try values.value(.timeNano, default: time * 1_000_000_000)
    }
}
