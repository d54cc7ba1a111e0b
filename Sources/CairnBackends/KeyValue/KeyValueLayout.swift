import CairnCatalog
import CairnCore

/// How registrations become keys and values.
protocol KeyValueLaying: Sendable {
    /// What all keys begin with, a slash at its end included.
    var root: String { get }
    /// Whether the last part of a key is the instance's id, which tells its node.
    var keysTellNode: Bool { get }

    func records(for registrations: [Registration]) throws -> RecordSet
}

extension KeyValueLaying {
    /// Whether a key is one that was made for this node.
    func isOwn(_ key: String, _ owner: OwnerMark) -> Bool {
        keysTellNode && key.hasPrefix(root) && (key.split(separator: "/").last.map { owner.isOwn(id: $0) } ?? false)
    }
}

/// `<prefix>/<name>/<id>` = `address:port`. There is no place for health: what is critical is not written.
struct KeyValueLayout: KeyValueLaying {
    /// Without a slash at its end.
    let prefix: String

    var root: String { prefix + "/" }
    let keysTellNode = true

    init(prefix: String) { self.prefix = prefix }

    func records(for registrations: [Registration]) -> RecordSet {
        var set = RecordSet()
        for registration in registrations where registration.status != .critical {
            let service = registration.service
            set.add(
                Record(
                    key: "\(prefix)/\(Self.part(service.name))/\(Self.part(service.id))",
                    content: registration.hostAndPort))
        }
        return set
    }

    /// A text that others chose as one part of a key, which it must not leave.
    static func part(_ text: String) -> String {
        if text == "." || text == ".." { return String(repeating: "-", count: text.utf8.count) }
        let scalars = text.unicodeScalars.map { $0 == "/" || $0.value < 0x20 || $0.value == 0x7f ? "-" : $0 }
        return String(String.UnicodeScalarView(scalars))
    }
}

/// SkyDNS's records: `/skydns/<domain from its end>/<name>/<id>` = `{"host":"…","port":…}`, see
/// https://github.com/skynetservices/skydns#service-announcements and CoreDNS's etcd plugin.
struct SkyDNSLayout: KeyValueLaying {
    let domain: String

    var root: String { "/skydns/" + domain.split(separator: ".").reversed().joined(separator: "/") + "/" }
    /// Ids are made labels, in which the node cannot be told from the rest.
    let keysTellNode = false

    init(domain: String) { self.domain = domain }

    private struct Value: Encodable {
        let host: String
        let port: Int
    }

    func records(for registrations: [Registration]) throws -> RecordSet {
        var set = RecordSet()
        for registration in registrations where registration.status != .critical {
            let service = registration.service
            guard let name = DNSLabel.name(service.name) else {
                set.warnings.append("\(service.id) has the name '\(service.name.excerpt())', which is none in DNS")
                continue
            }
            let value = Value(host: registration.address, port: service.port)
            set.add(
                Record(
                    key: "\(root)\(name)/\(DNSLabel.unique(service.id))", content: try CanonicalJSON.text(value)))
        }
        return set
    }
}
