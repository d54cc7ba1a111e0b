import NIOCore

/// The two-way byte stream of an attached container or a started exec.
///
/// The connection closes when the process has closed its output, by ``close()``, or at the latest when neither this object
/// nor its ``inbound`` is used any more.
public final class HijackedStream: Sendable {
    /// What the process writes, until it has closed its output.
    public let inbound: OutputSequence

    private let exchange: Exchange

    init(exchange: Exchange, tty: Bool) {
        self.exchange = exchange
        self.inbound = OutputSequence(owner: OpenExchange(exchange), tty: tty)
    }

    /// Writes to the process's standard input; returns when the engine's socket has taken the bytes.
    /// - Throws: `EngineError` when the process or the engine is gone.
    public func write(_ bytes: some Sequence<UInt8> & Sendable) async throws {
        let buffer = ByteBuffer(bytes: bytes)
        try await untilCancelled { [channel = exchange.channel] in
            try await channel.writeAndFlush(buffer).get()
        }
    }

    /// Tells the process that its standard input has ended; its output can still be read.
    public func closeWrite() async throws {
        try await untilCancelled { [channel = exchange.channel] in
            do {
                try await channel.close(mode: .output).get()
            } catch ChannelError.alreadyClosed, ChannelError.outputClosed {
                // The process ended first, and with it the need to tell it.
            }
        }
    }

    /// Closes the connection in both directions. The process goes on; it is not killed by this.
    public func close() {
        exchange.close()
    }

    /// A write can wait for as long as the process does not read: cancelling the task must end that wait.
    private func untilCancelled(_ operation: () async throws -> Void) async throws {
        do {
            try await withTaskCancellationHandler(operation: operation) {
                exchange.abort(EngineError.cancelled)
            }
        } catch {
            if Task.isCancelled { throw EngineError.cancelled }
            throw EngineError(.unreachable, "the other end of the stream is gone (\(error))")
        }
    }
}
