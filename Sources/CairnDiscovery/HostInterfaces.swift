public import CairnCore
import Glibc

/// The addresses of this host's network interfaces (getifaddrs(3)).
public enum HostInterfaces {
    /// The address of the engine's own bridge, at which every container reaches the host.
    public static func bridgeGateway(_ interface: String = "docker0") -> IPv4Address? {
        addresses().first { $0.interface == interface }?.address
    }

    /// The address by which others most likely know this host: that of the first interface which is neither loopback nor
    /// a bridge of the engine.
    public static func primary() -> IPv4Address? {
        addresses().first { !$0.isVirtual && $0.address.bits >> 24 != 127 }?.address
    }

    /// The same for IPv6; addresses of a link alone are nothing to others.
    public static func primaryIPv6() -> String? {
        var found: String?
        eachInterface { name, address in
            guard found == nil, !isVirtual(name), address.pointee.sa_family == sa_family_t(AF_INET6) else { return }
            var bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee.sin6_addr }
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            guard inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count)) != nil else { return }
            let string = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if !string.hasPrefix("fe80") && string != "::1" { found = string }
        }
        return found
    }

    private struct Entry {
        let interface: String
        let isVirtual: Bool
        let address: IPv4Address
    }

    private static func isVirtual(_ interface: String) -> Bool {
        ["lo", "docker", "br-", "veth", "virbr"].contains(where: interface.hasPrefix)
    }

    private static func addresses() -> [Entry] {
        var found: [Entry] = []
        eachInterface { name, address in
            guard address.pointee.sa_family == sa_family_t(AF_INET) else { return }
            let bits = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
            }
            found.append(Entry(interface: name, isVirtual: isVirtual(name), address: IPv4Address(bits: bits)))
        }
        return found
    }

    private static func eachInterface(_ body: (String, UnsafeMutablePointer<sockaddr>) -> Void) {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return }
        defer { freeifaddrs(first) }
        var next = first
        while let entry = next {
            next = entry.pointee.ifa_next
            if let address = entry.pointee.ifa_addr { body(String(cString: entry.pointee.ifa_name), address) }
        }
    }
}
