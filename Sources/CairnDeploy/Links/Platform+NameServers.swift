import CairnCore
import CairnDiscovery
import CairnStore
import Foundation

extension Platform {
    /// The name servers of an app's containers: none, which leaves it to the engine, or Cairn's own before the host's
    /// (`discovery:set APP resolver true`). Cairn's refuses what is not of its own domains, and the engine's resolver then
    /// asks the next one.
    func nameServers(of app: App) throws -> [String] {
        let values = try store.effectiveProperties(DiscoverySettings.namespace, of: app.name)
        guard values["resolver"] == "true" else { return [] }
        let own: String
        if let address = values["resolver-address"] {
            own = address
        } else if let gateway = HostInterfaces.bridgeGateway() {
            own = gateway.description
        } else {
            throw CairnError(
                .notFound, "The engine's bridge docker0 has no address on which Cairn's DNS could be asked",
                hint: "Name an address that containers can reach: cairn discovery:set --global resolver-address ADDRESS"
            )
        }
        return [own] + HostNameServers.current().filter { $0 != own }
    }
}

/// The name servers of the host (resolv.conf(5)), as far as containers can reach them.
enum HostNameServers {
    static func current() -> [String] {
        // systemd-resolved names itself in the usual file, and the servers that it asks in this one.
        let paths = ["/run/systemd/resolve/resolv.conf", "/etc/resolv.conf"]
        return paths.lazy.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }.first.map(servers) ?? []
    }

    static func servers(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, words[0] == "nameserver", let address = IPv4Address(words[1]) else { return nil }
            return address.bits >> 24 == 127 ? nil : address.description
        }
    }
}
