import NIOCore
import ServiceLifecycle
import Synchronization

/// Tells a request that waits when its client has gone, so that nobody waits for nobody.
///
/// Hummingbird lets a handler finish whatever becomes of the connection.
final class Departures: Sendable {
    private enum State {
        case present
        case waiting(@Sendable () -> Void)
        case gone
    }

    private let states = Mutex<[ObjectIdentifier: State]>([:])

    func arrive(_ channel: any Channel) { states.withLock { $0[ObjectIdentifier(channel)] = .present } }

    /// The client will send no more, or has closed the connection.
    func depart(_ channel: any Channel) {
        let old = states.withLock { $0.updateValue(.gone, forKey: ObjectIdentifier(channel)) }
        if case .waiting(let leave) = old { leave() }
    }

    func forget(_ channel: any Channel) {
        depart(channel)
        states.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Waits for something, but no longer than the server is to serve.
    ///
    /// - Returns: Whether the server is to end.
    /// - Throws: `CancellationError` when the client goes before.
    func wait(on channel: any Channel, for event: @escaping @Sendable () async -> Void) async throws -> Bool {
        let id = ObjectIdentifier(channel)
        let (departure, leave) = AsyncStream<Void>.makeStream()
        let isPresent = states.withLock { states in
            guard case .present = states[id] else { return false }
            states[id] = .waiting { leave.finish() }
            return true
        }
        guard isPresent else { throw CancellationError() }
        defer {
            states.withLock { states in
                if case .waiting = states[id] { states[id] = .present }
            }
        }
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                await event()
                return false
            }
            group.addTask {
                for await _ in departure {}
                throw CancellationError()
            }
            group.addTask {
                try await gracefulShutdown()
                return true
            }
            defer { group.cancelAll() }
            return try await group.next() ?? true
        }
    }
}

/// Sits in each connection's pipeline and reports what becomes of it.
final class DepartureHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let departures: Departures

    init(_ departures: Departures) { self.departures = departures }

    func handlerAdded(context: ChannelHandlerContext) { departures.arrive(context.channel) }

    func handlerRemoved(context: ChannelHandlerContext) { departures.forget(context.channel) }

    func channelInactive(context: ChannelHandlerContext) {
        departures.depart(context.channel)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed = event as? ChannelEvent { departures.depart(context.channel) }
        context.fireUserInboundEventTriggered(event)
    }
}
