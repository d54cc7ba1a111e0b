import CairnCatalog
import CairnCore
import Foundation

/// An instance as JSON, for files and hook programs.
struct RegistrationDocument: Codable, Sendable, Equatable {
    /// Who wrote it, which tells Cairn's files from others.
    var registrar = "cairn"
    let node: String
    let id: String
    let name: String
    let address: String
    let port: Int
    let tags: [String]
    let meta: [String: String]
    /// `passing`, `warning` or `critical`.
    let status: HealthStatus
    /// The container's id, for containers that are not Cairn's own.
    let containerID: String?
    /// The app's name, and the name of its copy, for Cairn's own apps.
    let app: String?
    let instance: String?

    init(_ registration: Registration) {
        let service = registration.service
        node = service.node
        id = service.id
        name = service.name
        address = registration.address
        port = service.port
        tags = service.tags
        meta = service.meta
        status = registration.status
        containerID = service.containerID
        app = service.appInstance?.app.rawValue
        instance = service.appInstance.map { "\($0.name)" }
    }
}

/// JSON of which the same value always is the same text.
enum CanonicalJSON {
    static func text(_ value: some Encodable, isPretty: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func bytes(_ value: some Encodable) throws -> [UInt8] { Array(try text(value).utf8) }

    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}
