import Foundation
import LibGit
import NIOCore
import CairnTestSupport
import Testing

@testable import CairnBuild

@Suite("Memory of an archive")
struct MemoryTests {
    /// In a process of its own, whose peak nothing else raises.
    @Test(.timeLimit(.minutes(2)))
    func aLargeTreeNeedsLittle() async throws {
        let fixture = try await GitFixture()
        var generator = SystemRandomNumberGenerator()
        let block = (0..<131_072).map { _ in generator.next() as UInt64 }.withUnsafeBytes { Data($0) }
        // 100 MB in files of 7 MB, which libgit2 reads whole, and 100 MB in one that git streams.
        for number in 0..<14 {
            var data = Data([UInt8(number)])
            for part in 0..<7 { data += block.dropFirst(number * 16 + part) }
            try fixture.write("f\(number)", data)
        }
        var large = Data()
        for part in 0..<100 { large += block.dropFirst(part) }
        try fixture.write("large", large)
        try await fixture.git("config", "core.bigFileThreshold", "8m")
        try await fixture.git("config", "core.compression", "0")
        let commit = try await fixture.commit()
        await #expect(processExitsWith: .success) {
            [path = fixture.repositoryPath as String, commit = commit as String] in
            let tree = GitSourceTree(repositoryPath: path, commit: try #require(ObjectID(commit)))
            let before = try peakMemory()
            var total = 0
            for try await chunk in tree.archive(ArchiveOptions()) { total += chunk.readableBytes }
            let growth = try peakMemory() - before
            #expect(total > 200_000_000)
            #expect(growth < 60_000, "the peak grew by \(growth) kB")
        }
    }
}

/// The peak of this process's resident memory, in kB (proc_pid_status(5)).
private func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.filter(\.isNumber)))
}
