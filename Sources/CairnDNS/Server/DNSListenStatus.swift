public import CairnCore
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How it stands with one of the addresses that a server listens on.
public struct DNSListenStatus: Sendable, Equatable {
    public enum State: Sendable, Equatable {
        /// Queries to that port are answered, over UDP and TCP.
        case listening(port: Int)
        /// It could not be had, for that reason, and is tried again after that time.
        case waiting(CairnError, retryAfter: Duration)
        /// The server has ended.
        case stopped
    }

    /// The address as it was given.
    public var address: DNSListenAddress
    public var state: State
}

extension DNSListenAddress {
    /// What a failure to listen means.
    func failure(_ error: any Error) -> CairnError {
        let start = "cannot answer DNS queries at \(self)"
        let evidence = ["\(error)"]
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            return CairnError(
                .io, "\(start): the port is taken",
                hint: "Another DNS server listens there; 'ss -lnup' shows which. Choose another address or port.",
                evidence: evidence)
        case EADDRNOTAVAIL:
            return CairnError(
                .io, "\(start): no interface of this host has the address",
                hint: "It is tried again until there is one.", evidence: evidence)
        case EACCES, EPERM:
            return CairnError(
                .io, "\(start): that is not permitted",
                hint: "Ports below 1024 need root or the capability CAP_NET_BIND_SERVICE.", evidence: evidence)
        default:
            return CairnError(
                .io, "\(start): \(error)", hint: "It is tried again.", evidence: [])
        }
    }
}
