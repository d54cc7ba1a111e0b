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

    @Option(help: "A PEM file with a key and its certificate, for all of them.") var certificate: String?

    func run(in context: CommandContext) async throws {
        let nginx = try context.platform().nginx
        let app = try AppName(validating: "cairn-bench")
        let pair = try certificate.map { try Self.readPair(InputFile(path: $0).read(context, maximum: 1 << 20)) }
        if let among {
            try await nginx.replaceAll((0..<among).map { try virtualHost("other-\($0)", context.settings, pair) })
        }
        var milliseconds: [Double] = []
        for round in 0..<max(count, 1) {
            let start = ContinuousClock.now
            switch operation {
            case .endpointSwitch: try await setEndpoints(round, nginx, app)
            case .vhost:
                var host = try virtualHost(app.rawValue, context.settings, pair)
                host.domains = [try Domain(validating: "bench-\(round).cairn.test")]
                try await nginx.install(host)
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

    private func virtualHost(
        _ name: String, _ settings: HostSettings, _ certificate: CairnNginx.Certificate?
    ) throws -> VirtualHost {
        var host = VirtualHost(
            app: try AppName(validating: name), domains: [try Domain(validating: "\(name).cairn.test")],
            mappings: [PortMapping(scheme: .http, hostPort: settings.httpPort, containerPort: 5000)])
        if let certificate {
            host.certificate = certificate
            host.mappings.append(PortMapping(scheme: .https, hostPort: settings.httpsPort, containerPort: 5000))
        }
        return host
    }

    private static func readPair(_ bytes: [UInt8]) throws -> CairnNginx.Certificate {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let start = text.firstRange(of: "-----BEGIN CERTIFICATE")?.lowerBound else {
            throw CairnError(.invalidFile, "There is no certificate in the file")
        }
        return Certificate(chainPEM: String(text[start...]), keyPEM: String(text[..<start]))
    }
}
