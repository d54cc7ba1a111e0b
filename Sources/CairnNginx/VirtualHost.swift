public import CairnCore

/// What nginx is told about an app: everything but where its containers are.
public struct VirtualHost: Sendable, Equatable {
    public var app: AppName
    /// The names the app answers to. Without any, its mappings on ports of its own answer to every name, and those on
    /// the ports that all apps share are not served: a request there would have to be guessed to be the app's.
    public var domains: [Domain]
    public var mappings: [PortMapping]
    /// Serves the `https` and `grpcs` mappings; without it they are left out.
    public var certificate: Certificate?
    public var settings: NginxSettings
    /// Gives the app server blocks in a file of its own, for plugins that edit it. Otherwise nginx is free to serve it
    /// from a server block that it shares with apps of equal settings.
    public var standsAlone: Bool

    public init(
        app: AppName, domains: [Domain], mappings: [PortMapping], certificate: Certificate? = nil,
        settings: NginxSettings = NginxSettings(), standsAlone: Bool = false
    ) {
        self.app = app
        self.domains = domains
        self.mappings = mappings
        self.certificate = certificate
        self.settings = settings
        self.standsAlone = standsAlone
    }

    /// Why a mapping is not served.
    public enum Omission: Sendable, Equatable {
        /// `https` or `grpcs` without a certificate.
        case noCertificate
        /// A port that all apps share, and the app has no domain.
        case noDomain
    }

    /// Why nginx will not serve `mapping`; nil when it will.
    public func omission(of mapping: PortMapping, sharedPorts: NginxHost.SharedPorts) -> Omission? {
        if mapping.isTLS && certificate == nil { return .noCertificate }
        if domains.isEmpty && sharedPorts.contains(mapping.hostPort) { return .noDomain }
        return nil
    }

    /// The mappings nginx serves, in order, each host port of a scheme once.
    func served(sharedPorts: NginxHost.SharedPorts) -> [PortMapping] {
        var seen: Set<MappingKey> = []
        return mappings.sorted().filter {
            omission(of: $0, sharedPorts: sharedPorts) == nil && seen.insert($0.key).inserted
        }
    }

    /// The host port to which requests for `mapping` are sent on: plain HTTP on the shared port, when the app can be had
    /// over TLS.
    func redirect(of mapping: PortMapping, sharedPorts: NginxHost.SharedPorts) -> Int? {
        guard mapping.scheme == .http, mapping.hostPort == sharedPorts.http, certificate != nil else { return nil }
        let secure = mappings.filter { $0.scheme == .https }.map(\.hostPort)
        return secure.contains(sharedPorts.https) ? sharedPorts.https : secure.min()
    }
}

/// A certificate with its chain, and its private key, both as PEM text (RFC 7468).
public struct Certificate: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    public let chainPEM: String
    public let keyPEM: String

    public init(chainPEM: String, keyPEM: String) {
        self.chainPEM = chainPEM
        self.keyPEM = keyPEM
    }

    /// Names the certificate without its key, so that no log ever holds one.
    public var description: String { "certificate \(fingerprint)" }
    public var debugDescription: String { description }

    /// Tells one certificate from the next in the name of its directory.
    var fingerprint: String { Fingerprint.of(chainPEM + "\u{0}" + keyPEM) }
}
