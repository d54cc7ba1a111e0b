import ArgumentParser
import CairnCore
import CairnDeploy
import CairnNginx
import CairnStore

/// Takes the time of single operations, for `Benchmarks/run`: what a whole command measures besides is its start.
struct InternalBench: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "internal:bench", "Measure an operation on this host.", isHidden: true)
    static let access = CommandAccess.local
    static let takesApp = false

    enum Operation: String, ExpressibleByArgument {
        /// Setting the endpoints of an app in the running nginx, back and forth between two addresses.
        case endpointSwitch = "endpoint-switch"
        /// Installing one virtual host that is new each time, beside those that are there.
        case vhost
    }

    @Argument(help: "endpoint-switch or vhost.") var operation: Operation
    @Argument(help: "How many times.") var count: Int
    @Option(help: "How many virtual hosts are there before; they replace those of the host's apps.") var among: Int?

    func run(in context: CommandContext) async throws {
        let nginx = try context.platform().nginx
        let app = try AppName(validating: "cairn-bench")
        if let among {
            try await nginx.replaceAll((0..<among).map { try virtualHost("other-\($0)", context.settings) })
        }
        var milliseconds: [Double] = []
        for round in 0..<max(count, 1) {
            let start = ContinuousClock.now
            switch operation {
            case .endpointSwitch: try await setEndpoints(round, nginx, app)
            case .vhost: try await installHost(round, nginx, app, context.settings)
            }
            let elapsed = (ContinuousClock.now - start).components
            milliseconds.append(Double(elapsed.seconds) * 1e3 + Double(elapsed.attoseconds) / 1e15)
        }
        try await nginx.remove(app: app)
        milliseconds.sort()
        context.output.json([
            "median_ms": .double(milliseconds[milliseconds.count / 2]), "min_ms": .double(milliseconds[0]),
            "max_ms": .double(milliseconds[milliseconds.count - 1]), "count": .integer(milliseconds.count),
        ])
    }

    private func setEndpoints(_ round: Int, _ nginx: NginxServer, _ app: AppName) async throws {
        let address = IPv4Address(bits: 0x7f00_0001 + UInt32(round % 2))
        let key = MappingKey(scheme: .http, hostPort: 80)
        try await nginx.setEndpoints([key: [Endpoint(address: address, port: 5000)]], for: app)
    }

    private func installHost(_ round: Int, _ nginx: NginxServer, _ app: AppName, _ settings: HostSettings) async throws
    {
        var host = try virtualHost(app.rawValue, settings)
        host.domains = [try Domain(validating: "bench-\(round).cairn.test")]
        try await nginx.install(host)
    }

    private func virtualHost(_ name: String, _ settings: HostSettings) throws -> VirtualHost {
        VirtualHost(
            app: try AppName(validating: name), domains: [try Domain(validating: "\(name).cairn.test")],
            mappings: [PortMapping(scheme: .http, hostPort: settings.httpPort, containerPort: 5000)])
    }
}
