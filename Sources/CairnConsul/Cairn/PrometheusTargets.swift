import CairnStore
import CairnCatalog
import CairnCore
import HTTPTypes

/// `/v1/cairn/sd/prometheus`: what Prometheus is to scrape, as its HTTP service discovery reads it,
/// https://prometheus.io/docs/prometheus/latest/http_sd/. The labels are those of its own Consul discovery, so that rules
/// for relabelling can be kept.
enum PrometheusTargets {
    static func addRoutes(to table: inout RouteTable) { table.add(.get, "cairn/sd/prometheus", list) }

    /// `service` and `tag` select, any number of times; `passing` leaves out what is not well.
    @Sendable static func list(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let names = Set(request.query.values(of: "service"))
        let tags = request.query.values(of: "tag")
        let isPassing = try request.query.flag("passing")
        let entries = directory.feed.snapshot.entries.filter { entry in
            entry.service.port > 0 && (names.isEmpty || names.contains(entry.service.name))
                && tags.allSatisfy(entry.hasTag) && (!isPassing || entry.status == .passing)
        }
        return .json(.array(entries.map { group($0, directory.settings.datacenter) }))
    }

    private static func group(_ entry: ServiceEntry, _ datacenter: String) -> JSONValue {
        let service = entry.service
        let host = entry.address.contains(":") ? "[\(entry.address)]" : entry.address
        var labels = [
            "address": entry.node.address, "dc": datacenter, "node": entry.node.name, "service": service.name,
            "service_id": service.id, "service_address": service.address, "service_port": String(service.port),
            // Separated and surrounded, so that a rule can look for ",tag,".
            "tags": service.tags.isEmpty ? "" : ",\(service.tags.joined(separator: ",")),",
            "health": entry.status.rawValue,
        ]
        for (key, value) in service.meta { labels["service_metadata_" + label(key)] = value }
        for (key, value) in entry.node.meta { labels["metadata_" + label(key)] = value }
        let named = Dictionary(uniqueKeysWithValues: labels.map { ("__meta_consul_" + $0.key, $0.value) })
        return ["targets": [.string("\(host):\(service.port)")], "labels": .map(named)]
    }

    /// Names of labels have letters, digits and underscores.
    private static func label(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }
}
