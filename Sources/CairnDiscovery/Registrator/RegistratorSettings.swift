public import CairnCore

/// How containers become services: Registrator's options, and what Cairn adds.
///
/// The options are those of <https://gliderlabs.github.io/registrator/latest/user/run/>.
public struct RegistratorSettings: Sendable {
    /// What becomes of the services of a container that has ended.
    public enum Deregistration: Sendable, Equatable {
        /// They are removed, whatever the reason.
        case always
        /// Those of a container that failed by itself stay, critical, for so long after the end; nil for as long as the
        /// container exists.
        case onSuccess(keepCrashedFor: Duration?)
    }

    /// Everything that can be chosen; `RegistratorSettings.init` checks it.
    public struct Options: Sendable {
        /// The address that published ports are registered with in place of the host's.
        public var ip: String?
        /// The host's own IPv4 address, for ports that are published on all of them.
        public var hostIPv4: String?
        /// The same for IPv6.
        public var hostIPv6: String?
        /// Register the ports and addresses inside the containers' networks, published or not.
        public var isInternal = false
        /// Register only what a container gives a name to.
        public var isExplicit = false
        /// The label of a container that holds the address to register.
        public var useIPFromLabel: String?
        /// Tags for every service, divided by commas: a template over what the engine says of the container.
        public var tags: String?
        /// How long backends that forget by themselves keep a service.
        public var ttl: Duration?
        /// How often it is written there again.
        public var ttlRefresh: Duration?
        /// What variables and labels that mean the registrator begin with.
        public var prefix = "SERVICE_"
        /// Do exactly what Registrator does, also where Cairn would rather not.
        public var isStrict = false
        /// Put the port behind every name that is not given for a port, so that no name changes when a port is added.
        public var alwaysSuffix = false
        public var deregistration = Deregistration.onSuccess(keepCrashedFor: nil)

        public init() {}
    }

    public let options: Options
    /// The template of `options.tags`.
    public let tags: TagTemplate?
    /// Whether a name, in lower case, is that of a service that Cairn's own apps give; no container can have it.
    public var isReserved: @Sendable (String) -> Bool

    /// - Throws: `E-INVALID-VALUE` for the first option that makes no sense, a broken template included.
    public init(
        _ options: Options, isReserved: @escaping @Sendable (String) -> Bool = { _ in false }
    ) throws(CairnError) {
        try Self.check(options)
        tags = if let text = options.tags, !text.isEmpty { try TagTemplate(parsing: text) } else { nil }
        self.options = options
        self.isReserved = isReserved
    }

    private static func check(_ options: Options) throws(CairnError) {
        try checkAddress(options.ip, "ip", families: [.v4, .v6])
        try checkAddress(options.hostIPv4, "the host's IPv4 address", families: [.v4])
        try checkAddress(options.hostIPv6, "the host's IPv6 address", families: [.v6])
        guard (1...64).contains(options.prefix.utf8.count),
            options.prefix.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "=") })
        else {
            throw CairnError(
                .invalidValue, "'\(options.prefix.excerpt())' cannot begin the name of a variable",
                hint: "Use letters, digits and underscores, such as 'SERVICE_'.")
        }
        if let label = options.useIPFromLabel, label.isEmpty || label.unicodeScalars.contains(where: \.isControl) {
            throw CairnError(
                .invalidValue, "'\(label.excerpt())' is not the name of a label",
                hint: "Name the label that holds the address, such as 'my.address'.")
        }
        try checkTimes(options)
    }

    private static func checkAddress(
        _ text: String?, _ name: String, families: [IPAddressFamily]
    ) throws(CairnError) {
        guard let text else { return }
        guard let family = IPAddressFamily(text), families.contains(family), !text.isUnspecifiedIP else {
            throw CairnError(
                .invalidValue, "\(name): '\(text.excerpt())' is not an address that can be registered",
                hint: "Write one address of this host, such as '192.0.2.10'.")
        }
    }

    private static func checkTimes(_ options: Options) throws(CairnError) {
        switch (options.ttl, options.ttlRefresh) {
        case (nil, nil): break
        case (let ttl?, let refresh?) where refresh > .zero && ttl > refresh: break
        default:
            throw CairnError(
                .invalidValue, "the time to live and its refresh do not fit together",
                hint: "Set both or neither; the time to live must be the longer one.")
        }
        if case .onSuccess(let time?) = options.deregistration, time < .zero {
            throw CairnError(
                .invalidValue, "the time that a crashed container stays is negative",
                hint: "Write a length of time such as '10m'.")
        }
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1.
    var isControl: Bool { value < 0x20 || (0x7f..<0xa0).contains(value) }
}
