public import CairnCore
import CairnPlugins
public import CairnStore

/// How an app is reached when nobody said it: where its web process listens and how that is known.
public struct DetectedPort: Sendable, Equatable {
    public let port: Int
    /// Completes "Serving port 5000 of the app (…)".
    public let reason: String

    /// The port of an app's web process: `PORT` of its config, else what its image exposes, else 5000.
    ///
    /// `EXPOSE 3000` means that the app listens there; it says nothing about the host, which serves it on its usual port.
    public init(config: [String: String], exposedPorts: [Int]) {
        if let text = config["PORT"], let port = PortMapping.port(Substring(text)) {
            self.init(port: port, reason: "from the config variable PORT")
        } else if let first = exposedPorts.min() {
            let others = exposedPorts.count - 1
            self.init(
                port: first,
                reason: others == 0
                    ? "from the image's EXPOSE" : "the lowest of \(others + 1) that the image exposes; see ports:set")
        } else {
            self.init(port: 5000, reason: "the default, told to the app as PORT")
        }
    }

    private init(port: Int, reason: String) {
        self.port = port
        self.reason = reason
    }
}

extension Platform {
    /// The mappings in effect: those set by hand, else those that plugins have found, else one for http, and one for https
    /// when there is a certificate; and those that plugins add. A mapping that needs a certificate is left out as long as there is none.
    public func portMappings(of app: App) throws -> [PortMapping] {
        let release = try store.currentRelease(of: app)
        let config = try release?.content.config ?? store.mergedConfig(of: app.name)
        return try portMappings(of: app, config: config, exposedPorts: release?.content.exposedPorts ?? [])
    }

    /// The mappings in effect, but for those that plugins add.
    func ownPortMappings(of app: App) throws -> [PortMapping] {
        let release = try store.currentRelease(of: app)
        let config = try release?.content.config ?? store.mergedConfig(of: app.name)
        return try ownPortMappings(of: app, config: config, exposedPorts: release?.content.exposedPorts ?? [])
    }

    /// Where plugins name a port that the app has already, theirs goes before.
    func portMappings(of app: App, config: [String: String], exposedPorts: [Int]) throws -> [PortMapping] {
        let own = try ownPortMappings(of: app, config: config, exposedPorts: exposedPorts)
        let hasCertificate = try store.certificate(of: app) != nil
        let added = try portsOfPlugins(of: app).filter { !$0.isTLS || hasCertificate }
        guard !added.isEmpty else { return own }
        return own.filter { mapping in !added.contains { $0.hostPort == mapping.hostPort } } + added
    }

    private func ownPortMappings(
        of app: App, config: [String: String], exposedPorts: [Int]
    ) throws -> [PortMapping] {
        let hasCertificate = try store.certificate(of: app) != nil
        let own = try store.portMappings(of: app)
        if !own.isEmpty { return own.filter { !$0.isTLS || hasCertificate } }
        let detected = try portsDetectedByPlugins(of: app)
        if !detected.isEmpty { return detected.filter { !$0.isTLS || hasCertificate } }
        return try detectedMappings(of: app, config: config, exposedPorts: exposedPorts, hasCertificate: hasCertificate)
    }

    func detectedMappings(
        of app: App, config: [String: String], exposedPorts: [Int], hasCertificate: Bool
    ) throws -> [PortMapping] {
        let port = DetectedPort(config: config, exposedPorts: exposedPorts).port
        let proxy = try store.effectiveProperties("proxy", of: app.name)
        let http = proxy["proxy-port"].flatMap(Int.init) ?? settings.httpPort
        let https = proxy["proxy-ssl-port"].flatMap(Int.init) ?? settings.httpsPort
        var mappings = [PortMapping(scheme: .http, hostPort: http, containerPort: port)]
        if hasCertificate { mappings.append(PortMapping(scheme: .https, hostPort: https, containerPort: port)) }
        return mappings
    }

    /// What the app's containers are told as `PORT`: the target of the first mapping, http before https.
    func containerPort(_ mappings: [PortMapping], config: [String: String], exposedPorts: [Int]) -> Int {
        let first = mappings.first { $0.scheme == .http } ?? mappings.first
        return first?.containerPort ?? DetectedPort(config: config, exposedPorts: exposedPorts).port
    }

    /// The addresses that are shown of an app: those that plugins choose, else `urls`.
    ///
    /// - Parameter kind: `url` for one, `urls` for all of them.
    /// - Throws: `E-PLUGIN-ANSWER`.
    public func shownURLs(
        of app: App, kind: String = "urls", reporter: any ProgressReporter = SilentReporter()
    ) async throws -> [String] {
        let answer = PluginAnswer(
            try await triggers.ask(.appURLs, app.name.rawValue, kind, reporter: reporter), to: .appURLs)
        for line in answer.lines where !line.contains("://") || line.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f })
        {
            throw answer.refused("'\(line.excerpt())' is not an address")
        }
        return try answer.lines.isEmpty ? urls(of: app) : answer.lines
    }

    /// The addresses that answer for the app, https first where there is a certificate.
    public func urls(of app: App) throws -> [String] {
        let domains = try store.domains(of: app)
        let mappings = try portMappings(of: app)
        let urls = mappings.flatMap { mapping in
            domains.map { domain in
                let scheme = mapping.isTLS ? "https" : "http"
                let isStandard = mapping.hostPort == (mapping.isTLS ? 443 : 80)
                return "\(scheme)://\(domain)" + (isStandard ? "" : ":\(mapping.hostPort)")
            }
        }
        return Set(urls).sorted { ($0.hasPrefix("https") ? 0 : 1, $0) < ($1.hasPrefix("https") ? 0 : 1, $1) }
    }
}
