import CairnCore
import CairnFiles
import SystemPackage

/// A directory with a file for each instance, `<id>.json`, in which nothing is ever half written. Files that are not of
/// this node, or not Cairn's, are left alone. Instances that are critical stay, and say so.
struct DirectoryRegistry: Registry {
    let directory: FilePath
    let node: String

    private static let suffix = ".json"
    private static let nameLimit = 200
    private static let sizeLimit = 256 << 10

    func records(for registrations: [Registration]) throws -> RecordSet {
        var set = RecordSet()
        for registration in registrations {
            let document = RegistrationDocument(registration)
            set.add(
                Record(
                    key: Self.fileName(document.id), content: try CanonicalJSON.text(document, isPretty: true) + "\n"))
        }
        return set
    }

    /// The id as it is where a file can be named so; otherwise with a hash that keeps different ids apart.
    static func fileName(_ id: String) -> String {
        let kept = id.utf8.map {
            $0.isUnreserved || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "@") ? $0 : UInt8(ascii: "-")
        }
        let name = String(decoding: kept.prefix(nameLimit), as: UTF8.self)
        if name == id && name.first != "." && !name.isEmpty { return name + suffix }
        return "\(name.first == "." ? "-" : "")\(name)-\(DNSLabel.shortHash(id))\(suffix)"
    }

    func read(_ wanted: RecordSet) throws -> [String: String] {
        try Files.makeDirectory(directory)
        var found: [String: String] = [:]
        for name in Files.entries(directory) where name.hasSuffix(Self.suffix) && !name.hasPrefix(".") {
            if let text = ownText(name) { found[name] = text }
        }
        return found
    }

    func put(_ record: Record) throws {
        let path = directory.appending(record.key)
        guard !Files.exists(path) || ownText(record.key) != nil else {
            throw RecordRefused(reason: "\(path) is there and not Cairn's")
        }
        // It is written again when the host comes back, so the disk need not be waited for.
        try Files.write(record.body, to: path, isLasting: false)
    }

    func remove(_ key: String) throws {
        guard ownText(key) != nil else { return }
        Files.remove(directory.appending(key))
    }

    /// The file's text, if it is one that was written here for this node.
    private func ownText(_ name: String) -> String? {
        // What cannot be read, or is something else, is somebody else's.
        guard let bytes = try? FileBytes.read(directory.appending(name), atMost: Self.sizeLimit),
            let document = try? CanonicalJSON.decode(RegistrationDocument.self, from: bytes),
            document.registrar == "cairn", document.node == node
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
