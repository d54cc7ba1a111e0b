import CairnCatalog

/// One thing in a registry, the unit that is written and removed.
struct Record: Sendable, Equatable {
    /// What it is found by in the registry.
    let key: String
    /// It is written anew when this changes.
    let content: String
    /// What of it can be read back. Where that is all of it, the same as `content`.
    let readable: String
    /// What is sent, where it holds more than decides whether it is sent.
    let body: String
    /// What has to be told again and again, and at once when a status changes.
    let beats: [Beat]

    init(key: String, content: String, readable: String? = nil, body: String? = nil, beats: [Beat] = []) {
        self.key = key
        self.content = content
        self.readable = readable ?? content
        self.body = body ?? content
        self.beats = beats
    }

    var isReadable: Bool { readable == content }
}

/// The status of a check that lives in the registry and that Cairn keeps up to date.
struct Beat: Sendable, Equatable {
    let checkID: String
    let status: HealthStatus
    let output: String
}

/// What a registry is to hold.
struct RecordSet: Sendable, Equatable {
    private(set) var records: [String: Record] = [:]
    /// What could not be written as it is, in words for the log.
    var warnings: [String] = []

    /// Two records with one key cannot both be written; the first stays.
    mutating func add(_ record: Record) {
        if records[record.key] == nil {
            records[record.key] = record
        } else {
            warnings.append("\(record.key) is claimed twice; the second is left out")
        }
    }

    /// The shortest time within which a beat is needed, if it is shorter than usual.
    var quickestBeat: Duration?
}
