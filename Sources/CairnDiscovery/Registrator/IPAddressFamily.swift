import CairnCore
import Foundation

/// The two kinds of IP addresses.
enum IPAddressFamily: Sendable {
    case v4, v6

    /// The family of an address in its usual text form (RFC 4291 for IPv6, without a zone); nil for anything else.
    init?(_ text: String) {
        if IPv4Address(text) != nil {
            self = .v4
            return
        }
        var address = in6_addr()
        guard text.utf8.count <= 45, !text.utf8.contains(0), inet_pton(AF_INET6, text, &address) == 1 else {
            return nil
        }
        self = .v6
    }
}

extension String {
    /// Stands for all addresses of a host, so that nothing can be reached by it.
    var isUnspecifiedIP: Bool { isEmpty || self == "0.0.0.0" || self == "::" }

    /// Reaches only what runs on the same host, outside containers.
    var isLoopbackIP: Bool { self == "::1" || (IPv4Address(self).map { $0.bits >> 24 == 127 } ?? false) }
}
