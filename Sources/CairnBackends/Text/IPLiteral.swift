import Glibc

/// An address in text form, as inet_pton(3) reads it.
struct IPLiteral: Sendable, Equatable {
    let text: String
    let isIPv6: Bool
    /// Whether it stands for every address (0.0.0.0 and ::), and so for none that could be reached.
    let isUnspecified: Bool

    init?(_ text: some StringProtocol) {
        let string = String(text)
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, string, &four) == 1 {
            isIPv6 = false
            isUnspecified = four.s_addr == 0
        } else if inet_pton(AF_INET6, string, &six) == 1 {
            isIPv6 = true
            isUnspecified = withUnsafeBytes(of: &six) { $0.allSatisfy { $0 == 0 } }
        } else {
            return nil
        }
        self.text = string
    }
}
