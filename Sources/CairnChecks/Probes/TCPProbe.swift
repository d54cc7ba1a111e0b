import CairnCatalog
import NIOCore

/// Opens a connection and closes it again: who accepts connections passes.
struct TCPProbe: Sendable {
    let address: ProbeAddress

    init(host: String, port: Int) { address = ProbeAddress(host: host, port: port) }

    func run(timeout: Duration) async -> ProbeOutcome {
        let name = "TCP connect \(address.description)"
        guard address.isValid else { return ProbeOutcome(.critical, "\(name): not an address with a port") }
        do {
            let address = address
            try await within(timeout) {
                let channel = try await address.connect(timeout: timeout) { channel in
                    channel.eventLoop.makeSucceededFuture(channel)
                }
                // Nothing depends on how a connection ends that has served its purpose.
                channel.close(promise: nil)
            }
            return ProbeOutcome(.passing, "\(name): Success")
        } catch is ProbeTimeout {
            return ProbeOutcome(.critical, "\(name): no answer within \(timeout.words)")
        } catch {
            return ProbeOutcome(.critical, "\(name): \(ConnectionFailure.words(for: error))")
        }
    }
}
