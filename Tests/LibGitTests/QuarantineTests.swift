import Foundation
import LibGit
import Subprocess
import CairnTestSupport
import Testing

@Suite("The quarantine of a push")
struct QuarantineTests {
    /// The hook tells its environment, then waits for the test to look at the pushed commit in the meantime.
    @Test(.timeLimit(.minutes(5)))
    func isSeenThroughTheEnvironmentOnly() async throws {
        let fixture = try await GitFixture()
        let bare = fixture.directory + "/app.git"
        try Repository.initializeBare(at: bare)
        let told = fixture.directory + "/told"
        let go = fixture.directory + "/go"
        #expect(mkfifo(told, 0o600) == 0)
        #expect(mkfifo(go, 0o600) == 0)
        let hook = """
            #!/bin/sh
            env > '\(told)'
            read answer < '\(go)'
            exit 1
            """
        let path = bare + "/hooks/pre-receive"
        try #require(
            FileManager.default.createFile(
                atPath: path, contents: Data(hook.utf8), attributes: [.posixPermissions: 0o755]))
        try fixture.write("pushed", "content")
        try fixture.write("large", Data((0..<9_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }))
        let id = try await fixture.commit()

        async let push: String = fixture.git("push", "--quiet", bare, "main")
        let variables = try await run(
            .name("cat"), arguments: [told], output: .string(limit: 1 << 20), error: .discarded
        ).standardOutput
        #expect(variables.contains("GIT_QUARANTINE_PATH="))
        let outside = try Repository(path: bare)
        #expect(try !outside.contains(try #require(ObjectID(id))))

        await #expect(processExitsWith: .success) {
            [bare = bare as String, id = id as String, variables = variables as String] in
            for line in variables.split(separator: "\n") where line.hasPrefix("GIT_") {
                let parts = line.split(separator: "=", maxSplits: 1)
                setenv(String(parts[0]), String(parts[1]), 1)
            }
            // The hook runs in the repository, and GIT_DIR is relative to it.
            chdir(bare)
            let repository = try Repository(path: bare, usingEnvironment: true)
            let commit = try repository.commit(try #require(ObjectID(id)))
            var paths: [String] = []
            try repository.walk(tree: commit.tree) { paths.append($0.path) }
            #expect(paths == ["large", "pushed"])
            let blob = try #require(try repository.resolve("\(id):large"))
            let stream = try BlobStream(blob, in: repository)
            var total = 0
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while case let count = try buffer.withUnsafeMutableBytes({ try stream.read(into: $0) }), count > 0 {
                total += count
            }
            #expect(total == 9_000_000)
        }
        _ = try await run(
            .name("tee"), arguments: [go], input: .string("go\n"), output: .discarded, error: .discarded)
        do {
            _ = try await push
            Issue.record("the hook refused the push, but it was accepted")
        } catch let error as TestHostError {
            #expect(error.description.contains("pre-receive hook declined"))
        }
        #expect(try Repository(path: bare).isEmpty)
    }
}
