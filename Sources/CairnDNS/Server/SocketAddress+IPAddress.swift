import CairnCore
import NIOCore

extension IPAddress {
    /// The address of a socket; nil for one that is not of the Internet.
    init?(_ address: SocketAddress?) {
        // Where the address stands is the same on all systems: after the family and the port, and for IPv6 the flow's
        // label. Reading text instead would cost more than the answer does.
        switch address {
        case .v4:
            guard let bits = address?.load(at: 4, as: UInt32.self) else { return nil }
            self = .v4(IPv4Address(bits: UInt32(bigEndian: bits)))
        case .v6:
            guard let high = address?.load(at: 8, as: UInt64.self), let low = address?.load(at: 16, as: UInt64.self)
            else { return nil }
            self = IPAddress(IPv6Address(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low)))
        default: return nil
        }
    }
}

extension SocketAddress {
    fileprivate func load<Number: BitwiseCopyable>(at offset: Int, as type: Number.Type) -> Number? {
        withSockAddr { pointer, size in
            guard offset + MemoryLayout<Number>.size <= size else { return nil }
            return UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: offset, as: type)
        }
    }
}

extension DNSListenAddress {
    /// - Throws: What NIO says of text that is no address, which this never is.
    func socketAddress() throws -> SocketAddress { try SocketAddress(ipAddress: host.description, port: port) }
}
