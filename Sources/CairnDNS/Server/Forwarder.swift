import NIOCore
import Synchronization

/// Asks the recursors one after the other.
final class Forwarder: Sendable {
    /// How many questions to others may be under way at once; more are not asked.
    private static let maximum = 512

    private let recursors: [DNSListenAddress]
    private let timeout: TimeAmount
    private let count = Mutex(0)

    init(settings: DNSSettings) {
        recursors = settings.recursors
        timeout = TimeAmount(settings.recursorTimeout)
    }

    /// The first answer; fails when nobody gives one in time.
    func forward(_ errand: DNSResponder.Errand, on loop: any EventLoop) -> EventLoopFuture<[UInt8]> {
        let isAdmitted = count.withLock { count in
            guard count < Self.maximum else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { return loop.makeFailedFuture(DNSClientError.tooManyQueries) }
        let answer = ask(recursors[...], errand, on: loop)
        answer.whenComplete { _ in self.count.withLock { $0 -= 1 } }
        return answer
    }

    private func ask(
        _ servers: ArraySlice<DNSListenAddress>, _ errand: DNSResponder.Errand, on loop: any EventLoop
    ) -> EventLoopFuture<[UInt8]> {
        guard let server = servers.first else { return loop.makeFailedFuture(DNSClientError.noAnswer) }
        var packet = errand.packet
        // Not the client's id: whoever forges answers must not know it (RFC 5452 section 4.3).
        (packet[0], packet[1]) = (UInt8.random(in: 0...255), UInt8.random(in: 0...255))
        return ask(server, packet, errand, on: loop).flatMapError { _ in
            self.ask(servers.dropFirst(), errand, on: loop)
        }
    }

    private func ask(
        _ server: DNSListenAddress, _ packet: [UInt8], _ errand: DNSResponder.Errand, on loop: any EventLoop
    ) -> EventLoopFuture<[UInt8]> {
        let timeout = timeout
        return DNSExchange.overUDP(packet, with: server, within: timeout, on: loop).flatMap { bytes in
            // A client over UDP comes back over TCP by itself.
            guard errand.transport == .tcp || errand.prefix != nil, DNSExchange.isTruncated(bytes) else {
                return loop.makeSucceededFuture(bytes)
            }
            return DNSExchange.overTCP(packet, with: server, within: timeout, on: loop)
        }
    }
}
