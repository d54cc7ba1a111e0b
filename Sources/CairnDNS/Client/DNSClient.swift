import NIOCore
import NIOPosix

/// Why a server gave no answer.
public enum DNSClientError: Error, Hashable, Sendable {
    /// Not in time, or it ended the connection.
    case noAnswer
    /// Too many others are waiting for theirs.
    case tooManyQueries
    /// The text is no name that DNS can carry.
    case badName
}

/// Asks a DNS server.
public enum DNSClient {
    /// How to ask.
    public enum Transport: Sendable {
        /// Over UDP, and again over TCP when the answer says that there is more.
        case automatic
        case udp
        case tcp
    }

    /// Asks one server one question.
    ///
    /// A code that tells of a failure is an answer, not an error.
    /// - Parameter payloadSize: How long an answer over UDP may be, in bytes; nil to ask without EDNS.
    /// - Throws: `DNSClientError`, `DNSFormatError` for an answer that cannot be read, or what the socket says.
    public static func query(
        _ name: String, _ type: DNSRecordType, at server: DNSListenAddress, over transport: Transport = .automatic,
        payloadSize: Int? = 1232, timeout: Duration = .seconds(5)
    ) async throws -> DNSMessage {
        guard let name = DNSName(name) else { throw DNSClientError.badName }
        let packet = DNSQuestion(name: name, type: type)
            .packet(id: UInt16.random(in: 0...UInt16.max), payloadSize: payloadSize)
        let bytes = try await send(packet, to: server, over: transport, timeout: timeout)
        return try DNSMessage(parsing: bytes)
    }

    /// Sends bytes as they are and returns the answer's.
    static func send(
        _ packet: [UInt8], to server: DNSListenAddress, over transport: Transport, timeout: Duration
    ) async throws -> [UInt8] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let limit = TimeAmount(timeout)
        if transport != .tcp {
            let bytes = try await DNSExchange.overUDP(packet, with: server, within: limit, on: loop).get()
            if transport == .udp || !DNSExchange.isTruncated(bytes) { return bytes }
        }
        return try await DNSExchange.overTCP(packet, with: server, within: limit, on: loop).get()
    }
}
