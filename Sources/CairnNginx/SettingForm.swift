import CairnCore
import Glibc

/// What the values of a setting look like. Lists of what is allowed, never of what is not.
struct SettingForm: Sendable {
    let matches: @Sendable (String) -> Bool
    /// What a person should write instead.
    let hint: String

    static let duration = Self(
        matches: { text in
            let units = ["ms", "s", "m", "h", "d"]
            guard let unit = units.first(where: { text.hasSuffix($0) }) else { return isNumber(text, 1...86_400) }
            return isNumber(text.dropLast(unit.utf8.count), 0...86_400_000)
        }, hint: "Write a whole number with ms, s, m, h or d, such as '60s'.")

    static let size = Self(
        matches: { isSize($0[...]) }, hint: "Write a whole number of bytes, or one with k, m or g, such as '20m'.")

    static let buffers = Self(
        matches: { text in
            let parts = text.split(separator: " ", omittingEmptySubsequences: false)
            return parts.count == 2 && isNumber(parts[0], 2...1024) && isSize(parts[1])
        }, hint: "Write how many buffers and the size of each, such as '8 4k'.")

    static let truth = oneOf(["true", "false"])
    static let onOrOff = oneOf(["on", "off"])

    static let seconds = Self(
        matches: { isNumber($0[...], 0...3_153_600_000) }, hint: "Write a whole number of seconds, such as '15724800'.")

    static let connections = Self(
        matches: { isNumber($0[...], 0...4096) },
        hint: "Write how many idle connections to keep (0 closes each after its request).")

    static let ipv4 = Self(matches: { IPv4Address($0) != nil }, hint: "Write an IPv4 address of this host.")

    static let ipv6 = Self(
        matches: { text in
            var address = in6_addr()
            return text.utf8.allSatisfy { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") || isHexadecimal($0) }
                && inet_pton(AF_INET6, text, &address) == 1
        }, hint: "Write an IPv6 address of this host without brackets, such as '::'.")

    /// nginx's master opens logs as root, so only places that are for logs will do.
    static let logPath = Self(
        matches: { text in
            if text == "off" || text == "/dev/null" { return true }
            guard text.hasPrefix("/var/log/nginx/"), text.hasSuffix(".log") else { return false }
            let name = text.dropFirst("/var/log/nginx/".count)
            return !name.hasPrefix(".") && name.utf8.count <= 128
                && name.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") }
        }, hint: "Write 'off' or a file such as '/var/log/nginx/web-access.log'.")

    static let word = Self(
        matches: { $0.utf8.count <= 64 && $0.utf8.allSatisfy { isWord($0) && $0 != UInt8(ascii: "-") } },
        hint: "Write the name of a log_format of nginx's configuration, such as 'combined'.")

    static func oneOf(_ values: [String]) -> Self {
        Self(matches: { values.contains($0) }, hint: "Write one of: \(values.joined(separator: ", ")).")
    }

    private static func isNumber(_ text: some StringProtocol, _ range: ClosedRange<Int>) -> Bool {
        guard (1...10).contains(text.utf8.count), text.utf8.allSatisfy(isDigit), let number = Int(text) else {
            return false
        }
        return range.contains(number)
    }

    private static func isSize(_ text: Substring) -> Bool {
        let hasUnit = text.last.map { "kKmMgG".contains($0) } ?? false
        return isNumber(hasUnit ? text.dropLast() : text, 0...1_073_741_824)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }
}

extension NginxSettings.Key {
    var form: SettingForm {
        switch self {
        case .accessLogFormat: .word
        case .accessLogPath, .errorLogPath: .logPath
        case .bindAddressIPv4: .ipv4
        case .bindAddressIPv6: .ipv6
        case .clientBodyTimeout, .clientHeaderTimeout, .keepaliveTimeout, .lingeringTimeout, .proxyConnectTimeout,
            .proxyReadTimeout, .proxySendTimeout, .sendTimeout:
            .duration
        case .clientMaxBodySize, .proxyBufferSize, .proxyBusyBuffersSize: .size
        case .proxyBuffers: .buffers
        case .hsts, .hstsIncludeSubdomains, .hstsPreload: .truth
        case .hstsMaxAge: .seconds
        case .proxyBuffering, .underscoreInHeaders: .onOrOff
        case .proxyKeepalive: .connections
        case .xForwardedForValue: .oneOf(["$remote_addr", "$proxy_add_x_forwarded_for", "$http_x_forwarded_for"])
        case .xForwardedPortValue: .oneOf(["$server_port", "$http_x_forwarded_port", "80", "443"])
        case .xForwardedProtoValue: .oneOf(["$scheme", "$http_x_forwarded_proto", "http", "https"])
        case .xForwardedSSL: .oneOf(["on", "off", "$https", "$http_x_forwarded_ssl"])
        }
    }
}
