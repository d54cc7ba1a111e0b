import NIOCore
import Synchronization

/// The connections that are open, so that there are not too many and that all can be closed.
final class ConnectionTable: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var perSource: [IPAddress: Int] = [:]
        /// One may be accepted just before the listening socket closes.
        var isClosed = false
    }

    private let limits: DNSSettings.ConnectionLimits
    private let state = Mutex(State())

    init(limits: DNSSettings.ConnectionLimits) { self.limits = limits }

    /// - Returns: false when the connection is one too many.
    func admit(_ channel: any Channel) -> Bool {
        guard let source = IPAddress(channel.remoteAddress) else { return false }
        let isAdmitted = state.withLock { state in
            guard !state.isClosed, state.channels.count < limits.maximum,
                state.perSource[source, default: 0] < limits.perSource
            else {
                return false
            }
            state.channels[ObjectIdentifier(channel)] = channel
            state.perSource[source, default: 0] += 1
            return true
        }
        if isAdmitted { channel.closeFuture.whenComplete { _ in self.remove(channel, source) } }
        return isAdmitted
    }

    private func remove(_ channel: any Channel, _ source: IPAddress) {
        state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = nil
            let count = state.perSource[source, default: 1] - 1
            state.perSource[source] = count > 0 ? count : nil
        }
    }

    /// Closes all, and admits no more.
    func closeAll() {
        let channels = state.withLock { state in
            state.isClosed = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }
}
