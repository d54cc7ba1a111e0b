import NIOCore
import NIOHTTP1

/// One request and its answer on a connection of their own.
struct Exchange: Sendable {
    let channel: any Channel
    /// Fails the exchange at its deadline unless cancelled before.
    let alarm: Alarm
    let feed: ByteFeed
    private let answer: EventLoopPromise<HTTPResponseHead>

    /// Sets up the connection. To be called on its event loop, before it is connected.
    init(on channel: any Channel, summary: String, deadline: Duration?) throws {
        self.channel = channel
        answer = channel.eventLoop.makePromise(of: HTTPResponseHead.self)
        feed = ByteFeed(channel: channel)
        alarm = Alarm()
        let encoder = HTTPRequestEncoder()
        let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
        let handler = ResponseHandler(
            answer: answer, feed: feed,
            leaveHTTP: { context in
                let pipeline = context.pipeline.syncOperations
                pipeline.removeHandler(encoder, promise: nil)
                return pipeline.removeHandler(decoder)
            })
        try channel.pipeline.syncOperations.addHandlers([LateEnd(), encoder, decoder, handler])
        if let deadline {
            let message = "the Docker engine did not answer \(summary) within \(deadline)"
            alarm.set(
                channel.eventLoop.scheduleTask(in: TimeAmount(deadline)) { [answer, feed] in
                    Self.abort(EngineError(.timeout, message), answer: answer, feed: feed, channel: channel)
                })
        }
    }

    // MARK: The request

    /// Sends a whole request. What goes wrong shows in the answer, which then does not come.
    func send(_ head: HTTPRequestHead, body: ByteBuffer?) {
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if let body { channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: nil) }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    /// Sends the head of a request whose body follows.
    func sendHead(_ head: HTTPRequestHead) {
        channel.writeAndFlush(HTTPClientRequestPart.head(head), promise: nil)
    }

    /// Sends a body piece by piece; a piece is asked for when the engine has taken the one before.
    ///
    /// An engine that refuses a request stops reading: failing to write is therefore not an error here, the answer
    /// tells why. An error of the body itself ends the exchange and is what its reader sees.
    func upload<Body: AsyncSequence>(_ body: Body) async where Body.Element == ByteBuffer {
        do {
            for try await piece in body where piece.readableBytes > 0 {
                guard await write(HTTPClientRequestPart.body(.byteBuffer(piece))) else { return }
            }
            _ = await write(HTTPClientRequestPart.end(nil))
        } catch {
            abort(error is CancellationError ? EngineError.cancelled : error)
        }
    }

    private func write(_ part: HTTPClientRequestPart) async -> Bool {
        (try? await channel.writeAndFlush(part).get()) != nil
    }

    // MARK: The answer

    /// The beginning of the answer, when it has come.
    ///
    /// - Throws: the engine's refusal for statuses of 400 and above.
    func head() async throws -> HTTPResponseHead {
        let head = try await withTaskCancellationHandler {
            try await answer.futureResult.get()
        } onCancel: {
            abort(EngineError.cancelled)
        }
        guard head.status.code >= 300, head.status != .notModified else { return head }
        let body = try await collect()
        close()
        throw EngineError.refusal(status: Int(head.status.code), body: body)
    }

    /// The rest of the answer as one piece of at most `limit` bytes.
    func collect(limit: Int = 128 << 20) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await feed.next() {
            bytes.append(contentsOf: piece.readableBytesView)
            guard bytes.count <= limit else {
                close()
                throw EngineError(.protocolViolation, "the answer is larger than \(limit) bytes")
            }
        }
        return bytes
    }

    // MARK: The end

    /// Ends the exchange: whoever waits for a part of it gets `error`.
    func abort(_ error: any Error) {
        Self.abort(error, answer: answer, feed: feed, channel: channel)
    }

    private static func abort(
        _ error: any Error, answer: EventLoopPromise<HTTPResponseHead>, feed: ByteFeed, channel: any Channel
    ) {
        answer.fail(error)
        feed.end(error)
        channel.close(promise: nil)
    }

    /// Closes the connection; nothing happens if it is closed already.
    func close() {
        alarm.cancel()
        channel.close(promise: nil)
    }
}
