import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// Puts into a few words why a connection failed.
enum ConnectionFailure {
    static func words(for error: any Error) -> String {
        switch error {
        case is ProbeTimeout: "no answer in time"
        case let error as NIOConnectionError: words(for: error)
        case let error as IOError: reason(error.errnoCode)
        case ChannelError.connectTimeout: "no connection in time"
        // Whether the end is noticed while writing or while reading is a matter of luck.
        case ChannelError.ioOnClosedChannel, ChannelError.eof: "the connection was closed without an answer"
        case let error as HTTPClientError: words(for: error)
        default: "\(error)"
        }
    }

    private static func words(for error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout: "no connection in time"
        case .remoteConnectionClosed: "the connection was closed before there was an answer"
        case .redirectLimitReached: "redirected too often"
        case .redirectCycleDetected: "redirected in a circle"
        default: "\(error)"
        }
    }

    private static func words(for error: NIOConnectionError) -> String {
        // Each address of the host was tried; the last failure stands for all.
        if let last = error.connectionErrors.last { return words(for: last.error) }
        return "the name '\(error.host)' has no address"
    }

    private static func reason(_ code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET: "connection reset"
        case EHOSTUNREACH: "no route to the host"
        case ENETUNREACH: "no route to the network"
        case ETIMEDOUT: "connection timed out"
        default: "connection failed (errno \(code))"
        }
    }
}
