import CairnCatalog

/// The body of `PUT /v1/agent/service/register`, https://developer.hashicorp.com/consul/api-docs/agent/service.
struct ConsulService: Encodable {
    var id: String
    var name: String
    var port: Int
    var tags: [String]
    var address: String
    var meta: [String: String]
    var weights: Weights?
    var taggedAddresses: [String: Tagged]?
    var enableTagOverride: Bool?
    var checks: [ConsulCheck]?

    struct Weights: Encodable {
        var passing: Int
        var warning: Int

        enum CodingKeys: String, CodingKey {
            case passing = "Passing"
            case warning = "Warning"
        }
    }

    struct Tagged: Encodable {
        var address: String
        var port: Int

        enum CodingKeys: String, CodingKey {
            case address = "Address"
            case port = "Port"
        }
    }

    enum CodingKeys: String, CodingKey {
        case id = "ID"
        case name = "Name"
        case port = "Port"
        case tags = "Tags"
        case address = "Address"
        case meta = "Meta"
        case weights = "Weights"
        case taggedAddresses = "TaggedAddresses"
        case enableTagOverride = "EnableTagOverride"
        case checks = "Checks"
    }
}

/// What can be read back of a service from the agent.
struct ConsulReadable: Codable, Equatable {
    var name: String
    var port: Int
    var tags: [String]
    var address: String
    var meta: [String: String]
    /// The ids of its checks, sorted.
    var checks: [String]

    func text() throws -> String { try CanonicalJSON.text(self) }
}
