import CairnCore
import Testing

@testable import CairnBuild

@Suite("Why a build failed")
struct BuildFailureTests {
    @Test func theStepsLastLinesAreTheEvidence() {
        let error = failure(
            "executor failed running [/bin/sh -c npm ci]: exit code: 3", step: "[2/4] RUN npm ci",
            lines: ["npm ERR! \u{1b}missing", "npm ERR! code 3"])
        #expect(error.code == .buildFailed)
        #expect(error.message == "The build failed at [2/4] RUN npm ci: exit code 3")
        #expect(error.evidence == ["npm ERR! \\x1bmissing", "npm ERR! code 3"])
        #expect(error.hint != nil)
    }

    @Test func withoutOutputTheEnginesReasonIsTheEvidence() {
        let message =
            "failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 3: unknown instruction: RUM"
        let error = BuildFailure(message: message, code: nil, step: nil, frontend: nil).error
        #expect(error.code == .buildFailed)
        #expect(error.message == "The build failed: dockerfile parse error line 3: unknown instruction: RUM")
        #expect(error.evidence == ["dockerfile parse error line 3: unknown instruction: RUM"])
    }

    @Test(
        "A killed process means too little memory",
        arguments: [
            ("exit code: 137", []), ("exit code: 1", ["webpack", "Killed"]),
            ("exit code: 2", ["make: *** [app] Killed"]),
            ("exit code: 101", ["(signal: 9, SIGKILL: kill)"]),
            ("exit code: 1", ["c++: fatal error: Killed signal terminated program cc1plus"]),
        ])
    func outOfMemory(reason: String, lines: [String]) {
        let error = failure(reason, step: "[3/4] RUN make", lines: lines)
        #expect(error.code == .buildOutOfMemory)
        #expect(error.message == "The build ran out of memory at [3/4] RUN make: its process was killed")
    }

    @Test("Others say Killed too", arguments: [["Killed by a test"], ["assert Killed == false"], []])
    func notOutOfMemory(lines: [String]) {
        #expect(failure("exit code: 1", step: "[1/1] RUN x", lines: lines).code == .buildFailed)
    }

    @Test("A full disk shows in many places", arguments: [0, 1, 2])
    func diskFull(place: Int) {
        let text = "write /var/lib/docker/x: No space left on device"
        let step = BuildFailure.FailedStep(
            name: "[2/2] RUN x", error: place == 1 ? text : "exit code: 1", lines: place == 2 ? [text] : ["x"])
        let error = BuildFailure(message: place == 0 ? text : "exit code: 1", code: nil, step: step, frontend: nil)
            .error
        #expect(error.code == .diskFull)
        #expect(error.message == "The build failed because the disk is full at [2/2] RUN x")
    }

    @Test func theClassicBuilderTellsTheCodeApart() {
        let error = BuildFailure(
            message: "The command '/bin/sh -c x' returned a non-zero code: 9", code: 9,
            step: BuildFailure.FailedStep(name: "[2/2] RUN x", error: "", lines: []), frontend: nil
        ).error
        #expect(error.message == "The build failed at [2/2] RUN x: exit code 9")
        #expect(error.evidence == ["The command '/bin/sh -c x' returned a non-zero code: 9"])
    }

    @Test func aFrontendThatCannotBeFetchedIsNamed() {
        let error = BuildFailure(
            message: "failed to solve with frontend dockerfile.v0: failed to do request: dial tcp: no such host",
            code: nil,
            step: nil, frontend: "docker/dockerfile:1"
        ).error
        #expect(error.hint?.contains("'docker/dockerfile:1'") == true)
    }

    @Test func aBaseImageThatCannotBeFetchedIsNamed() {
        let error = failure("pull access denied", step: "[internal] load metadata for docker.io/library/nope:1")
        #expect(error.hint?.contains("'docker.io/library/nope:1'") == true)
        #expect(error.evidence == ["pull access denied"])
    }

    @Test(
        arguments: [
            ("# syntax=docker/dockerfile:1\nFROM x", "docker/dockerfile:1"), ("#syntax = a/b\n", "a/b"),
            ("# escape=`\n# SYNTAX=a/b:1\r\nFROM x", "a/b:1"), ("FROM x\n# syntax=a", nil),
            ("# a comment\n# syntax=a", nil),
            ("", nil),
        ])
    func directives(dockerfile: String, frontend: String?) {
        #expect(DockerfileDirectives.frontend(dockerfile) == frontend)
    }

    private func failure(_ reason: String, step: String, lines: [String] = []) -> CairnError {
        BuildFailure(
            message: "failed to solve: " + reason, code: nil,
            step: BuildFailure.FailedStep(name: step, error: reason, lines: lines), frontend: nil
        ).error
    }
}
