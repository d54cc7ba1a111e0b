/// Owns an exchange whose answer is read piece by piece: when nobody can read any more, the connection closes.
final class OpenExchange: Sendable {
    let exchange: Exchange

    init(_ exchange: Exchange) {
        self.exchange = exchange
    }

    deinit {
        exchange.close()
    }
}
