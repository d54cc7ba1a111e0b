import CairnCatalog
import CairnCore
import CairnStore
import Foundation
import HTTPTypes

/// What an agent tells of itself: enough for clients that ask before anything else.
enum AgentSelf {
    /// The version of Consul whose answers these are like; clients decide by it what they may ask.
    private static let version = "1.8.7"

    static func addRoutes(to table: inout RouteTable) {
        table.add(.get, "agent/self", info)
        table.add(.get, "agent/members", members)
        table.add(.get, "agent/host", host)
        table.add(.get, "agent/metrics", metrics)
        table.add(.put, "agent/reload") { _, _ in .empty }
        table.add(.put, "agent/leave") { _, _ in
            throw HTTPRefusal.forbidden("This agent is Cairn, which has no cluster to leave: stop its daemon instead")
        }
        table.add(.put, "agent/force-leave/") { _, _ in .empty }
        table.add(.put, "agent/join/") { _, _ in
            throw HTTPRefusal.forbidden("This agent is Cairn, which has no cluster to join others to")
        }
    }

    @Sendable static func info(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let own = directory.feed.snapshot.own
        return .json([
            "Config": [
                "Datacenter": .string(directory.settings.datacenter), "NodeName": .string(own.name),
                "NodeID": .string(own.id), "Revision": "", "Server": true, "Version": .string(version),
            ],
            "DebugConfig": .object([:]), "Coord": nil, "Member": member(directory), "Stats": .object([:]),
            "Meta": NodeShape.meta(own),
        ])
    }

    @Sendable static func members(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        .json([member(directory)])
    }

    private static func member(_ directory: Directory) -> JSONValue {
        let own = directory.feed.snapshot.own
        return [
            "Name": .string(own.name), "Addr": .string(own.address), "Port": 8301,
            "Tags": [
                "role": "consul", "dc": .string(directory.settings.datacenter), "id": .string(own.id), "port": "8300",
                "build": .string(version), "vsn": "2", "bootstrap": "1",
            ],
            "Status": 1, "ProtocolMin": 1, "ProtocolMax": 5, "ProtocolCur": 2, "DelegateMin": 2, "DelegateMax": 5,
            "DelegateCur": 4,
        ]
    }

    @Sendable static func host(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let process = ProcessInfo.processInfo
        return .json([
            "Host": ["hostname": .string(directory.feed.snapshot.ownNode), "os": "linux"],
            "Memory": ["total": .count(process.physicalMemory)],
            "CPU": .array((0..<process.activeProcessorCount).map { ["cpu": .integer($0)] }),
            "CollectionTime": .integer(Int(directory.now.timeIntervalSince1970 * 1e9)), "Errors": nil,
        ])
    }

    @Sendable static func metrics(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let snapshot = directory.feed.snapshot
        let gauges: [(String, Int)] = [
            ("cairn.catalog.index", Int(clamping: snapshot.index)), ("cairn.catalog.nodes", snapshot.nodes.count),
            ("cairn.catalog.services", snapshot.services.count),
            ("cairn.catalog.instances", snapshot.services.values.reduce(0) { $0 + $1.count }),
            ("cairn.http.waiters", directory.waiters.count),
        ]
        return .json([
            "Timestamp": .string(directory.now.formatted(.iso8601)),
            "Gauges": .array(gauges.map { ["Name": .string($0), "Value": .integer($1), "Labels": .object([:])] }),
            "Points": .array([]), "Counters": .array([]), "Samples": .array([]),
        ])
    }
}
