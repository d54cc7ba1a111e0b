import CairnFiles
import Glibc
import Logging
import ServiceLifecycle
import SystemPackage

/// Gives back, once a minute, the memory that holds code of the program which is not being used.
///
/// Most of a daemon's resident memory is code that ran once, at its start: the kernel maps 64 kB around each page that is
/// touched, and takes none of it back before memory is short. What is needed again is mapped again from the page cache, at
/// the cost of a minor fault.
struct ProgramMemoryService: ServiceLifecycle.Service, CustomStringConvertible {
    let logger: Logger

    private static let interval = Duration.seconds(60)

    /// For the log of the services' beginnings and ends.
    var description: String { "ProgramMemoryService" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await ContinuousClock().sleep(for: Self.interval)) != nil { release() }
        }
    }

    private func release() {
        guard let program = Files.linkTarget("/proc/self/exe"), let map = Files.readIfPresent("/proc/self/maps") else {
            return logger.debug("What the program has mapped cannot be read")
        }
        for range in Self.code(of: program, in: map) {
            // MADV_DONTNEED of madvise(2): what is mapped from a file, and was not written to, is read from it again.
            madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, 4)
        }
    }

    /// Where a program's code is, according to a text in the form of proc_pid_maps(5). Code is not writable, so nothing in
    /// it is other than in the file; data may be, also where it is read-only by now.
    static func code(of program: String, in map: String) -> [Range<UInt>] {
        map.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            guard fields.count == 6, fields[1] == "r-xp", fields[5].drop(while: { $0 == " " }) == program else {
                return nil
            }
            let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard bounds.count == 2, bounds[0] < bounds[1] else { return nil }
            return bounds[0]..<bounds[1]
        }
    }
}
