import CairnCore
import Foundation

/// Where the host sends packets (`/proc/net/route`, see proc_net(5)).
///
/// The engine compares a block that it is asked for with its own networks only. A bridge that an engine has left behind
/// when it was killed, or another program's, would get the packets that are meant for the app.
struct HostRoutes {
    private let destinations: [IPv4Subnet]

    /// Without the file, as in some sandboxes, nothing is known to be in the way.
    static func current() -> HostRoutes {
        HostRoutes(parsing: (try? String(contentsOfFile: "/proc/net/route", encoding: .utf8)) ?? "")
    }

    init(parsing text: String) {
        destinations = text.split(separator: "\n").dropFirst().compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count > 7, let base = UInt32(words[1], radix: 16), let mask = UInt32(words[7], radix: 16) else {
                return nil
            }
            // Both are printed as the bytes lie in memory.
            return IPv4Subnet(base: IPv4Address(bits: base.byteSwapped), prefix: mask.nonzeroBitCount)
        }
    }

    /// Whether packets for some address of the block go somewhere else already. A wider route, such as a VPN's for all of
    /// `10.0.0.0/8`, does not count: the block's own is preferred to it.
    func divert(_ block: IPv4Subnet) -> Bool {
        destinations.contains { $0.prefix >= block.prefix && block.contains($0.base) }
    }
}
