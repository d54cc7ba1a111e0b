import Foundation
import Glibc

/// The processes of this host, as proc(5) shows them.
enum ProcessTable {
    /// Those that were started with the given `NAME=VALUE` in their environment. Processes of other users are not seen.
    static func carrying(_ variable: String) -> [pid_t] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let wanted = Array(variable.utf8)
        return entries.compactMap { pid_t($0) }.filter { process in
            guard process != getpid(), let data = FileManager.default.contents(atPath: "/proc/\(process)/environ")
            else { return false }
            return data.split(separator: 0).contains { $0.elementsEqual(wanted) }
        }
    }
}
