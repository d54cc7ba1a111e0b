import CairnCatalog
import CairnCore
import CairnFiles
import Glibc
import SystemPackage

/// A hosts file, hosts(5): a line with the address and the name of each service for every instance that works. Nothing in
/// it tells ports.
///
/// Names become single labels, so that no container can take the place of a name like `mirror.example.com`.
struct HostsRegistry: Registry {
    let file: FilePath
    let node: String

    private static let sizeLimit = 4 << 20
    /// The whole block is one record.
    private static let key = "block"
    /// What every host already means by itself.
    private static let reserved: Set<String> = ["localhost", "ip6-localhost", "ip6-loopback", "broadcasthost"]

    func records(for registrations: [Registration]) -> RecordSet {
        var set = RecordSet()
        var lines: Set<Line> = []
        for registration in registrations where registration.status != .critical {
            let service = registration.service
            guard IPLiteral(registration.address) != nil else {
                set.warnings.append(
                    "\(service.id) has the address \(registration.address.excerpt()), which is no number")
                continue
            }
            guard let name = DNSLabel.name(service.name), !Self.reserved.contains(name), name != node.lowercased()
            else {
                set.warnings.append(
                    "\(service.id) has the name '\(service.name.excerpt())', which is not for hosts files")
                continue
            }
            lines.insert(Line(name: name, address: registration.address))
        }
        if !lines.isEmpty {
            let text = lines.sorted { ($0.name, $0.address) < ($1.name, $1.address) }.map {
                "\($0.address)\t\($0.name)\n"
            }
            set.add(Record(key: Self.key, content: text.joined()))
        }
        return set
    }

    private struct Line: Hashable {
        let name: String
        let address: String
    }

    func read(_ wanted: RecordSet) throws -> [String: String] {
        guard let bytes = try FileBytes.read(file, atMost: Self.sizeLimit),
            let lines = try HostsBlock(node: node).lines(in: bytes)
        else { return [:] }
        return [Self.key: lines]
    }

    func put(_ record: Record) throws { try write(record.body) }

    func remove(_ key: String) throws { try write(nil) }

    private func write(_ lines: String?) throws {
        // A link is followed: its target is replaced, not the link.
        let path = Files.resolved(file) ?? file
        let before = try FileBytes.read(path, atMost: Self.sizeLimit)
        let after = try HostsBlock(node: node).replacing(in: before ?? [], with: lines)
        if after == before { return }
        let mode = Files.status(path).map { $0.st_mode & 0o7777 } ?? 0o644
        try Files.write(after, to: path, mode: mode)
    }
}
