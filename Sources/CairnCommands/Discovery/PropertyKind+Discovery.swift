import CairnBackends
import CairnCore
import CairnDNS
import CairnDiscovery

/// What settings of discovery may hold; the modules that use them check them.
extension PropertyKind {
    static let dnsDomain = checked("a domain of DNS, such as 'cairn' or 'apps.internal'") { value in
        try DNSSettings(domains: [value]).domains.first.map { "\($0)" } ?? value
    }

    static let dnsLabel = checked("a name of letters, digits and dashes") { value in
        let value = value.lowercased()
        guard try Domain(validating: value).rawValue == value, !value.contains(".") else { throw Mismatch() }
        return value
    }

    static let ipAddress = checked("an IP address") { value in
        guard IPAddress(value) != nil else { throw Mismatch() }
        return value
    }

    static let recursors = checked("IP addresses of DNS servers, with ports or without") { value in
        let words = words(value)
        return try words.map { try DNSListenAddress(parsing: $0).description }.joined(separator: " ")
    }

    /// `off`, or addresses with ports; `bridge:53` is the gateway of the engine's own bridge. Without a port it is DNS's.
    static let dnsListenAddresses = checked(
        "addresses with ports, such as '127.0.0.1:8600 bridge:53', or off"
    ) { try listenAddresses($0, needPort: false) }

    /// The same for HTTP, for which no port is usual enough to be meant by none.
    static let httpListenAddresses = checked(
        "addresses with ports, such as '127.0.0.1:8500', or off"
    ) { try listenAddresses($0, needPort: true) }

    private static func listenAddresses(_ value: String, needPort: Bool) throws -> String {
        let words = words(value)
        if words == ["off"] { return "off" }
        guard !words.isEmpty else { throw Mismatch() }
        for word in words {
            let text = word.hasPrefix("bridge:") ? "127.0.0.1:" + word.dropFirst("bridge:".count) : word
            _ = try DNSListenAddress(parsing: text)
            if needPort, IPAddress(text) != nil || text.hasSuffix("]") { throw Mismatch() }
        }
        return words.joined(separator: " ")
    }

    /// Long enough not to be guessed.
    static let token = PropertyKind(expectation: "16 to 256 characters without blanks") { value in
        guard (16...256).contains(value.utf8.count), value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw Mismatch()
        }
        return value
    }

    static let backends = checked("URLs of registries with blanks between them") { value in
        try words(value).map { try BackendURL(validating: $0).text }.joined(separator: " ")
    }

    static let registratorTags = checked("tags with commas between them, or a template") { value in
        var options = RegistratorSettings.Options()
        options.tags = value
        _ = try RegistratorSettings(options)
        return value
    }

    private static func words(_ value: String) -> [String] {
        value.split { $0 == " " || $0 == "," }.map(String.init)
    }
}
