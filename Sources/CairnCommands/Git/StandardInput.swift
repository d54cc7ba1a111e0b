import CairnCore
import CairnReceive

/// What the caller sends, in pieces, no faster than they are taken.
final class StandardInput: Sendable {
    /// Ends with the input; fails with `CancellationError` when the caller goes away or a signal asks for the end.
    let pieces: AsyncThrowingStream<[UInt8], any Error>
    private let caller: Caller?

    init(of console: any Console) {
        guard console is any DescriptorConsole else {
            caller = nil
            pieces = Self.whole(console)
            return
        }
        let caller = Caller(of: console, reads: true)
        self.caller = caller
        let events = EventQueue(caller)
        pieces = AsyncThrowingStream { try await events.next() }
    }

    /// Gives signals their usual meaning again. Nothing more is read.
    func stop() { caller?.stop() }

    /// Of a console that is no descriptor everything comes at once.
    private static func whole(_ console: any Console) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { continuation in
            do {
                continuation.yield(try console.readInput(maximum: 1 << 30))
                continuation.finish()
            } catch { continuation.finish(throwing: error) }
        }
    }

    private actor EventQueue {
        private let caller: Caller
        private var isFirst = true

        init(_ caller: Caller) { self.caller = caller }

        func next() async throws -> [UInt8]? {
            if !isFirst { caller.wantMore() }
            isFirst = false
            for await event in caller.events {
                switch event {
                case .input(let bytes): return bytes
                case .endOfInput: return nil
                case .resized: continue
                case .signal, .gone: throw CancellationError()
                }
            }
            return nil
        }
    }
}

extension SpoolFile {
    /// Takes all of the input.
    ///
    /// - Throws: `E-ARCHIVE-REFUSED` when it is too large.
    func fill(from input: StandardInput) async throws {
        for try await piece in input.pieces { try append(piece) }
    }
}
