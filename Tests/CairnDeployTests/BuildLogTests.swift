import CairnCore
import Foundation
import Testing

@testable import CairnDeploy

@Suite("The log of a build")
struct BuildLogTests {
    @Test func itDoesNotGrowWithoutEndAndTellsWhyItFailed() throws {
        let path = NSTemporaryDirectory() + "cairn-log-\(UUID().uuidString)/b/1.log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try BuildLog(path: path, limit: 2 << 20)
        log.step("Building")
        let line = String(repeating: "x", count: 1000)
        for _ in 0..<5000 { log.detail(line) }
        log.warning("late")
        log.close(CairnError(.buildFailed, "It failed", evidence: ["the reason"]))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.utf8.count < (2 << 20) + 1000)
        #expect(text.hasPrefix("-----> Building\n") && !text.contains("late"))
        #expect(
            text.hasSuffix(
                " !     The log ends here: more than 2 MiB were printed\n !     It failed\n       the reason\n"))
    }
}
