import CairnStore
import CairnCatalog
import CairnCore

/// Consul's ways to write a node.
enum NodeShape {
    static func node(_ node: Node, _ directory: Directory) -> JSONValue {
        [
            "ID": .string(node.id), "Node": .string(node.name), "Address": .string(node.address),
            "Datacenter": .string(directory.settings.datacenter), "TaggedAddresses": taggedAddresses(node),
            "Meta": meta(node), "CreateIndex": .count(node.createIndex), "ModifyIndex": .count(node.modifyIndex),
        ]
    }

    /// Where a node has no other addresses, its own stands for all.
    static func taggedAddresses(_ node: Node) -> JSONValue {
        var addresses = node.taggedAddresses
        let family = node.address.contains(":") ? "ipv6" : "ipv4"
        for tag in ["lan", "lan_\(family)", "wan", "wan_\(family)"] where addresses[tag] == nil {
            addresses[tag] = node.address
        }
        return .map(addresses)
    }

    static func meta(_ node: Node) -> JSONValue {
        .map(node.meta.merging(["consul-network-segment": ""]) { own, _ in own })
    }
}
