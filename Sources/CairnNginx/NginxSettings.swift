public import CairnCore

/// What can be set for an app with `nginx:set`. Only checked values get in, so whatever comes out may stand in a
/// directive: none can end it, begin another or name a file or variable that is not meant to be reachable.
public struct NginxSettings: Sendable, Equatable {
    /// A key of `nginx:set`; the raw values are the reference's names.
    public enum Key: String, Sendable, CaseIterable {
        case accessLogFormat = "access-log-format"
        case accessLogPath = "access-log-path"
        case bindAddressIPv4 = "bind-address-ipv4"
        case bindAddressIPv6 = "bind-address-ipv6"
        case clientBodyTimeout = "client-body-timeout"
        case clientHeaderTimeout = "client-header-timeout"
        case clientMaxBodySize = "client-max-body-size"
        case errorLogPath = "error-log-path"
        case hsts
        case hstsIncludeSubdomains = "hsts-include-subdomains"
        case hstsMaxAge = "hsts-max-age"
        case hstsPreload = "hsts-preload"
        case keepaliveTimeout = "keepalive-timeout"
        case lingeringTimeout = "lingering-timeout"
        case proxyBufferSize = "proxy-buffer-size"
        case proxyBuffering = "proxy-buffering"
        case proxyBuffers = "proxy-buffers"
        case proxyBusyBuffersSize = "proxy-busy-buffers-size"
        case proxyConnectTimeout = "proxy-connect-timeout"
        case proxyKeepalive = "proxy-keepalive"
        case proxyReadTimeout = "proxy-read-timeout"
        case proxySendTimeout = "proxy-send-timeout"
        case sendTimeout = "send-timeout"
        case underscoreInHeaders = "underscore-in-headers"
        case xForwardedForValue = "x-forwarded-for-value"
        case xForwardedPortValue = "x-forwarded-port-value"
        case xForwardedProtoValue = "x-forwarded-proto-value"
        case xForwardedSSL = "x-forwarded-ssl"

        /// What holds when nothing is set. Empty means nginx's or Cairn's own choice: the common access log, no address
        /// in particular, buffers of one memory page, kept connections to the app.
        public var defaultText: String {
            switch self {
            case .bindAddressIPv6: "::"
            case .clientBodyTimeout, .clientHeaderTimeout, .proxyConnectTimeout, .proxyReadTimeout, .proxySendTimeout,
                .sendTimeout:
                "60s"
            case .clientMaxBodySize: "1m"
            case .hstsPreload: "false"
            case .hsts, .hstsIncludeSubdomains: "true"
            case .hstsMaxAge: "15724800"
            case .keepaliveTimeout: "75s"
            case .lingeringTimeout: "5s"
            case .proxyBuffering: "on"
            case .underscoreInHeaders: "off"
            case .xForwardedForValue: "$remote_addr"
            case .xForwardedPortValue: "$server_port"
            case .xForwardedProtoValue: "$scheme"
            default: ""
            }
        }
    }

    private var values: [Key: String] = [:]

    /// Every setting at its default.
    public init() {}

    /// - Parameter values: what is set, by the reference's names; an empty value means the default.
    /// - Throws: `E-INVALID-VALUE` for a key that does not exist or a value that it does not take.
    public init(_ values: [String: String]) throws {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let setting = try NginxSetting(validating: name, value)
            self.values[setting.key] = setting.text.isEmpty ? nil : setting.text
        }
    }

    /// What holds for a key: the value set, else the default.
    public subscript(key: Key) -> String { values[key] ?? key.defaultText }

    /// Whether a key has a value of its own.
    public func isSet(_ key: Key) -> Bool { values[key] != nil }

    func isOn(_ key: Key) -> Bool { self[key] == "true" || self[key] == "on" }
}

/// One checked setting.
public struct NginxSetting: Sendable, Equatable {
    public let key: NginxSettings.Key
    /// The value as it may stand in a directive; empty means the default.
    public let text: String

    /// - Throws: `E-INVALID-VALUE` when there is no such key, or the key does not take the value; the hint says which
    ///   values it takes.
    public init(validating name: String, _ value: String) throws(CairnError) {
        guard let key = NginxSettings.Key(rawValue: name) else {
            throw CairnError(
                .invalidValue, "'\(name.visible)' is not an nginx setting",
                hint: "The settings are \(NginxSettings.Key.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        let form = key.form
        guard value.isEmpty || form.matches(value) else {
            throw CairnError(
                .invalidValue, "'\(value.visible)' is not a value of the nginx setting \(name)", hint: form.hint)
        }
        self.key = key
        self.text = value
    }
}
