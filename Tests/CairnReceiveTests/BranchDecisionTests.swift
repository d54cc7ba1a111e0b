import CairnCore
import LibGit
import Testing

@testable import CairnReceive

@Suite("Which branch is deployed")
struct BranchDecisionTests {
    static let commit = ObjectID(String(repeating: "a", count: 40)) ?? .zero

    func push(_ names: String...) -> [RefUpdate] {
        names.map { RefUpdate(old: .zero, new: Self.commit, name: $0.hasPrefix("refs/") ? $0 : "refs/heads/\($0)") }
    }

    func deletion(_ branch: String) -> RefUpdate {
        RefUpdate(old: Self.commit, new: .zero, name: "refs/heads/\(branch)")
    }

    func decide(
        _ updates: [RefUpdate], configured: String? = nil, existing: Set<String> = []
    ) throws -> BranchDecision {
        try BranchDecision(updates, configured: configured, existing: existing)
    }

    @Test("The first of main and master to arrive becomes the deploy branch", arguments: ["main", "master"])
    func first(branch: String) throws {
        let decision = try decide(push(branch))
        #expect(decision.target == .init(commit: Self.commit, branch: branch, becomesDeployBranch: true))
        #expect(decision.warning == nil)
    }

    @Test func mainIsPreferredWhenBothArrive() throws {
        #expect(try decide(push("master", "main")).target?.branch == "main")
    }

    @Test func anyOtherFirstBranchIsOnlyStored() throws {
        let decision = try decide(push("trunk"))
        #expect(decision.target == nil)
        #expect(
            decision.warning
                == "Nothing was deployed: 'trunk' is stored, but to deploy you must push to main or master.")
        #expect(decision.advice == "For example: git push <remote> trunk:main")
    }

    @Test func aBranchThatIsThereStaysTheDeployBranch() throws {
        #expect(try decide(push("main"), existing: ["master"]).target == nil)
        #expect(try decide(push("main"), existing: ["master"]).warning?.contains("must push to master.") == true)
        #expect(try decide(push("master"), existing: ["master"]).target?.becomesDeployBranch == true)
        #expect(try decide(push("master"), existing: ["main", "master"]).target == nil)
    }

    @Test("A chosen branch is the only one", arguments: ["release", "refs/heads/release"])
    func configured(name: String) throws {
        let target = try decide(push("release"), configured: name).target
        #expect(target == .init(commit: Self.commit, branch: "release", becomesDeployBranch: false))
        let decision = try decide(push("main"), configured: name, existing: ["main"])
        #expect(decision.target == nil)
        #expect(decision.warning?.contains("you must push to release.") == true)
        #expect(decision.advice == "For example: git push <remote> main:release")
    }

    @Test func tagsAndOtherReferencesAreStoredSilently() throws {
        let decision = try decide(push("refs/tags/main", "refs/notes/commits", "refs/for/main"), configured: "main")
        #expect(decision == (try decide([], configured: "main")))
        #expect(decision.target == nil && decision.warning == nil && decision.advice == nil)
    }

    @Test func ofSeveralReferencesOnlyTheDeployBranchIsDeployed() throws {
        let decision = try decide(push("a", "refs/tags/v1", "main", "b"), configured: "main")
        #expect(decision.target?.branch == "main")
        #expect(decision.warning == nil, "who deploys knows how")
    }

    @Test func theDeployBranchCannotBeDeleted() throws {
        let error = #expect(throws: CairnError.self) { try decide([deletion("main")], configured: "main") }
        #expect(error?.code == .notAllowed)
        #expect(throws: CairnError.self) { try decide([deletion("master")], existing: ["master"]) }
        #expect(throws: CairnError.self) { try decide(push("x") + [deletion("main")], configured: "main") }
    }

    @Test func otherBranchesCanBeDeleted() throws {
        let decision = try decide([deletion("feature")], configured: "main")
        #expect(decision.target == nil && decision.warning == nil)
    }

    @Test("A branch's name is data", arguments: ["-h", "$(id)", "a;b", "a\u{1b}[2J"])
    func hostileName(name: String) throws {
        let decision = try decide(push(name), configured: "main")
        #expect(decision.target == nil)
        #expect(decision.advice == "For example: git push <remote> \(ShellWords.quote("\(name.visible):main"))")
        let target = try decide(push(name), configured: name).target
        #expect(target?.branch == name)
    }
}
