import LibGit
import Testing

@testable import CairnBuild

@Suite("Repositories of other hosts")
struct RemoteGitTests {
    @Test("A revision is a branch, then a tag, which is peeled; without one it is the branch of HEAD")
    func matches() throws {
        let ids = ["a", "b", "c"].map { String(repeating: $0, count: 40) }
        let references = RemoteReferences(
            """
            ref: refs/heads/trunk\tHEAD
            \(ids[0])\tHEAD
            \(ids[0])\trefs/heads/trunk
            \(ids[1])\trefs/heads/v1
            \(ids[2])\trefs/tags/v1
            \(ids[1])\trefs/tags/v2
            \(ids[2])\trefs/tags/v2^{}
            nonsense
            """)
        let (a, b, c) = (
            try #require(ObjectID(ids[0])), try #require(ObjectID(ids[1])), try #require(ObjectID(ids[2]))
        )
        #expect(references.match(nil) == .init(id: a, branch: "trunk"))
        #expect(references.match("v1") == .init(id: b, branch: "v1"))
        #expect(references.match("v2") == .init(id: c, branch: nil))
        #expect(references.match("refs/tags/v1") == .init(id: c, branch: nil))
        #expect(references.match("none") == nil)
        #expect(RemoteReferences("").match(nil) == nil)
    }

    @Test("The hint follows what git said, and else what it was about")
    func hints() {
        func hint(_ line: String) -> String {
            RemoteGit.Failure(evidence: ["x", line], isMissing: false).hint(otherwise: "else")
        }
        #expect(hint("Host key verification failed.").contains("git:allow-host"))
        #expect(hint("git@x: Permission denied (publickey).").contains("git:public-key"))
        #expect(hint("fatal: could not read Username for 'https://x'").contains("git:auth"))
        #expect(hint("fatal: repository not found") == "else")
    }
}
