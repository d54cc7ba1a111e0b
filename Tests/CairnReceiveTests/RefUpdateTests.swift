import CairnCore
import CairnReceive
import LibGit
import Testing

@Suite("The input of a receive hook")
struct RefUpdateTests {
    static let one = String(repeating: "1", count: 40)
    static let zero = String(repeating: "0", count: 40)

    func parse(_ text: String) throws -> [RefUpdate] { try RefUpdate.parse(Array(text.utf8)) }

    @Test func everyLineIsAnUpdate() throws {
        let updates = try parse("\(Self.zero) \(Self.one) refs/heads/main\n\(Self.one) \(Self.zero) refs/tags/v1\n")
        #expect(updates.map(\.name) == ["refs/heads/main", "refs/tags/v1"])
        #expect(updates.map(\.branch) == ["main", nil])
        #expect(updates.map(\.isDeletion) == [false, true])
        #expect(updates[0].old.isZero)
        #expect(updates[0].new.description == Self.one)
    }

    @Test func nothingIsNoUpdate() throws {
        #expect(try parse("").isEmpty)
    }

    @Test func namesMayHoldWhatGitAllows() throws {
        #expect(try parse("\(Self.zero) \(Self.one) refs/heads/$(id);x\n")[0].branch == "$(id);x")
        #expect(try parse("\(Self.zero) \(Self.one) refs/heads/-h\n")[0].branch == "-h")
    }

    @Test(
        "What git never sends is refused",
        arguments: [
            "x", "\(one) refs/heads/main", "\(one) \(one)", "\(one) short refs/heads/main", "\(one) \(one) HEAD",
            "\(one)\(one) \(one) refs/heads/main", "\(one) \(one) refs/heads/" + String(repeating: "x", count: 4_096),
        ])
    func refusal(line: String) {
        let error = #expect(throws: CairnError.self) { try parse(line + "\n") }
        #expect(error?.code == .invalidValue)
    }

    @Test func aNameThatIsNotUTF8IsRefused() {
        let bytes = Array("\(Self.zero) \(Self.one) refs/heads/".utf8) + [0xff, 0x0a]
        #expect(throws: CairnError.self) { try RefUpdate.parse(bytes) }
    }

    @Test func tooManyReferencesAreRefused() throws {
        func lines(_ count: Int) -> String {
            (0..<count).map { "\(Self.zero) \(Self.one) refs/heads/b\($0)\n" }.joined()
        }
        #expect(try parse(lines(1_000)).count == 1_000)
        #expect(throws: CairnError.self) { try parse(lines(10_000)) }
    }
}

@Suite("Push options")
struct PushOptionsTests {
    @Test func noneAreGiven() {
        #expect(PushOptions(environment: [:]) == PushOptions())
        #expect(PushOptions(environment: ["GIT_PUSH_OPTION_COUNT": "0"]).warning == nil)
    }

    @Test func theKnownOnes() {
        let options = PushOptions(environment: [
            "GIT_PUSH_OPTION_COUNT": "3", "GIT_PUSH_OPTION_0": "wait", "GIT_PUSH_OPTION_1": "detach",
            "GIT_PUSH_OPTION_2": "no-cache",
        ])
        #expect(options.waits && options.detaches && options.skipsCache)
        #expect(options.warning == nil)
    }

    @Test func unknownOnesGetOneLine() {
        let options = PushOptions(environment: [
            "GIT_PUSH_OPTION_COUNT": "2", "GIT_PUSH_OPTION_0": "ci.skip", "GIT_PUSH_OPTION_1": "Wait",
        ])
        #expect(!options.waits)
        #expect(options.warning == "Unknown push option 'ci.skip', 'Wait': known are wait, detach and no-cache")
    }

    @Test("A count that is no count is none", arguments: ["-1", "x", "", "99999999999999999999"])
    func hostileCount(count: String) {
        #expect(PushOptions(environment: ["GIT_PUSH_OPTION_COUNT": count]) == PushOptions())
    }
}
