import CairnCore
import Foundation

/// What a container listens on, read from the kernel's table of its network namespace (proc(5), `/proc/<pid>/net/tcp`):
/// it tells an app that listens on 127.0.0.1 alone from one that does not listen at all.
struct ListeningSockets: Sendable, Equatable {
    struct Socket: Sendable, Hashable {
        let isLoopback: Bool
        let port: Int
    }

    let sockets: Set<Socket>

    /// The table of the namespace that the process is in; nil when it cannot be read, for example because it ended.
    static func of(processID: Int) -> ListeningSockets? {
        let tables = ["tcp", "tcp6"].compactMap {
            FileManager.default.contents(atPath: "/proc/\(processID)/net/\($0)").map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        return tables.isEmpty ? nil : ListeningSockets(tables: tables)
    }

    init(tables: [String]) {
        sockets = Set(tables.flatMap { $0.split(separator: "\n").dropFirst().compactMap(Self.parse) })
    }

    /// Where only loopback is listened on at this port.
    func isLoopbackOnly(_ port: Int) -> Bool {
        let found = sockets.filter { $0.port == port }
        return !found.isEmpty && found.allSatisfy(\.isLoopback)
    }

    /// The ports that other hosts can reach, in ascending order. Docker's own resolver listens on 127.0.0.11 and so is not
    /// among them.
    var reachablePorts: [Int] { Set(sockets.filter { !$0.isLoopback }.map(\.port)).sorted() }

    /// A line is `slot: address:port remote state …` in hex; state 0A is LISTEN.
    private static func parse(_ line: Substring) -> Socket? {
        let fields = line.split(separator: " ", omittingEmptySubsequences: true)
        guard fields.count > 3, fields[3] == "0A" else { return nil }
        let parts = fields[1].split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1], radix: 16) else { return nil }
        // Addresses are in host byte order, four bytes at a time.
        let isLoopback =
            parts[0].count == 8
            ? parts[0].hasSuffix("7F")
            : parts[0] == "00000000000000000000000001000000"
                || parts[0].hasPrefix("0000000000000000FFFF0000")
                    && parts[0].hasSuffix("7F")
        return Socket(isLoopback: isLoopback, port: port)
    }
}
