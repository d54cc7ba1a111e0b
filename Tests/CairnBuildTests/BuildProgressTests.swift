import CairnCore
import DockerEngine
import SwiftProtobuf
import Testing

@testable import CairnBuild

@Suite("Progress of a build")
struct BuildProgressTests {
    @Test func aRecordedBuildReadsWell() throws {
        let reporter = RecordingReporter()
        var progress = BuildProgress(version: .buildKit, reporter: reporter)
        for event in try RecordedBuild.events() { try progress.take(event) }
        progress.finish()
        #expect(
            reporter.details == [
                "[build 1/4] FROM docker.io/library/debian:bookworm-slim",
                "  done in 0.0 s",
                "[build 2/4] WORKDIR /src",
                "  done in 0.0 s",
                "[stage-1 2/4] RUN sleep 0.3; echo parallel",
                "[build 3/4] COPY hello.txt .",
                "  done in 0.0 s",
                #"[build 4/4] RUN printf 'one\ntwo\n'; printf '10%%\r50%%\r100%%\n' ; printf '\033[32mgreen\033[0m\n' >&2"#,
                "  one", "  two", "  100%", "  green",
                "  done in 0.2 s",
                "[stage-1 2/4] RUN sleep 0.3; echo parallel (continued)",
                "  parallel",
                "  done in 0.6 s",
                "[stage-1 3/4] COPY --from=build /src/hello.txt /",
                "  done in 0.0 s",
                "[stage-1 4/4] RUN echo last words; exit 3",
                "  last words",
                "  failed after 0.2 s",
            ])
        #expect(progress.steps == 7)
        #expect(progress.cachedSteps == 0)
        #expect(
            progress.failedStep
                == BuildFailure.FailedStep(
                    name: "[stage-1 4/4] RUN echo last words; exit 3", error: RecordedBuild.failure,
                    lines: ["last words"]))
    }

    @Test func cachedStepsAreOneLine() {
        var script = Script()
        script.tell(vertex("a", "[stage-0 1/2] FROM x", cached: true, started: 1, completed: 1))
        script.tell(vertex("b", "[stage-0 2/2] RUN y", cached: true, started: 1, completed: 1))
        #expect(script.reporter.details == ["[1/2] FROM x: cached", "[2/2] RUN y: cached"])
        #expect(script.progress.cachedCount == 2)
        #expect(script.progress.stepCount == 2)
    }

    @Test func theBuildersOwnWorkIsNotShown() {
        var script = Script()
        for name in ["[internal] load remote build context", "copy /context /", "[internal] load build definition"] {
            script.tell(vertex(name, name, started: 1, completed: 2))
        }
        script.tell(vertex("e", "exporting to image", started: 1, completed: 3))
        #expect(script.reporter.details == ["exporting to image", "  done in 2.0 s"])
        #expect(script.progress.stepCount == 0)
    }

    @Test func theBuildersOwnWorkIsShownWhenItFails() {
        var script = Script()
        script.tell(
            vertex(
                "m", "[internal] load metadata for docker.io/library/nope:1", started: 1, completed: 2,
                error: "no such host"))
        #expect(script.reporter.details.count == 2)
        #expect(script.progress.failedStep?.error == "no such host")
    }

    @Test func linesAreShownAsTheyComeInPieces() {
        var script = Script()
        script.tell(vertex("a", "[1/1] RUN x", started: 1))
        script.tell(log("a", "one\ntw"))
        #expect(script.reporter.details == ["[1/1] RUN x", "  one"])
        script.tell(log("a", "error\n", stream: 2))
        script.tell(log("a", "o\nrest"))
        script.tell(vertex("a", "[1/1] RUN x", started: 1, completed: 62.25))
        #expect(script.reporter.details.dropFirst(2) == ["  error", "  two", "  rest", "  done in 61.3 s"])
    }

    @Test func stepsThatRunTogetherAreNotMixed() {
        var script = Script()
        script.tell(vertex("a", "[a 1/1] RUN x", started: 1), vertex("b", "[b 1/1] RUN y", started: 1))
        for number in 1...3 {
            script.tell(log("a", "a\(number)\n"))
            script.tell(log("b", "b\(number)\n"))
        }
        #expect(script.reporter.details == ["[a 1/1] RUN x", "  a1", "  a2", "  a3"])
        script.tell(vertex("a", "[a 1/1] RUN x", started: 1, completed: 2))
        #expect(script.reporter.details.dropFirst(4) == ["  done in 1.0 s", "[b 1/1] RUN y", "  b1", "  b2", "  b3"])
    }

    @Test func aSilentStepKeepsNobodyWaiting() {
        var script = Script()
        script.tell(vertex("a", "[a 1/1] RUN sleep", started: 1), vertex("b", "[b 1/1] RUN talk", started: 1))
        script.tell(log("b", "b1\n"))
        #expect(script.reporter.details == ["[a 1/1] RUN sleep", "[b 1/1] RUN talk", "  b1"])
        script.tell(log("a", "at last\n"))
        script.tell(vertex("b", "[b 1/1] RUN talk", started: 1, completed: 2))
        #expect(script.reporter.details.suffix(3) == ["  done in 1.0 s", "[a 1/1] RUN sleep (continued)", "  at last"])
    }

    @Test func aStepThatPrintsMuchWaitsNoLonger() {
        var script = Script()
        script.tell(vertex("a", "[a 1/1] RUN x", started: 1), vertex("b", "[b 1/1] RUN y", started: 1))
        script.tell(log("a", "a\n"))
        for number in 1...BuildKitProgress.patience { script.tell(log("b", "\(number)\n")) }
        #expect(script.reporter.details == ["[a 1/1] RUN x", "  a"])
        script.tell(log("b", "more\n"))
        #expect(script.reporter.details.count == BuildKitProgress.patience + 4)
        script.tell(vertex("a", "[a 1/1] RUN x", started: 1, completed: 2))
        #expect(script.reporter.details.suffix(2) == ["[a 1/1] RUN x (continued)", "  done in 1.0 s"])
    }

    @Test func theStepThatFailedIsToldFromThoseThatWereStopped() {
        var script = Script()
        script.tell(vertex("a", "[a 1/1] RUN x", started: 1), vertex("b", "[b 1/1] RUN y", started: 1))
        script.tell(log("b", (1...30).map { "line \($0)\n\n" }.joined()))
        script.tell(vertex("a", "[a 1/1] RUN x", started: 1, completed: 2, error: "rpc error: context canceled"))
        script.tell(vertex("b", "[b 1/1] RUN y", started: 1, completed: 2, error: "exit code: 1"))
        #expect(script.reporter.details.contains("  stopped"))
        let failed = script.progress.failedStep
        #expect(failed?.name == "[b 1/1] RUN y")
        #expect(failed?.lines.count == 20)
        #expect(failed?.lines.last == "line 30")
    }

    @Test func whatIsLeftIsShownAtTheEnd() {
        var script = Script()
        script.tell(vertex("a", "[a 1/1] RUN x", started: 1), vertex("b", "[b 1/1] RUN y", started: 1))
        script.tell(log("b", "b\n"))
        script.progress.finish()
        #expect(script.reporter.details == ["[a 1/1] RUN x", "[b 1/1] RUN y", "  b"])
    }

    @Test func theClassicBuilderReadsAlike() {
        let reporter = RecordingReporter()
        var progress = ClassicProgress(reporter: reporter)
        progress.take("Step 1/3 : FROM debian\n")
        progress.take(" ---> 0123456789ab\n")
        progress.take("Step 2/3 : COPY . .\n ---> Using cache\n ---> 0123456789ab\nStep 3/3 : RUN ma")
        progress.take("ke\n ---> Running in 0123456789ab\nmake: ")
        progress.take("\u{1b}[91m*** Error 2\n\u{1b}[0mThe end")
        progress.finish()
        #expect(
            reporter.details == [
                "[1/3] FROM debian", "[2/3] COPY . .", "  cached", "[3/3] RUN make", "  make: *** Error 2", "  The end",
            ])
        #expect(progress.steps == 3)
        #expect(progress.cachedSteps == 1)
        #expect(progress.failedStep?.name == "[3/3] RUN make")
        #expect(progress.failedStep?.lines == ["make: *** Error 2", "The end"])
    }

    @Test func aRecordThatIsNoneIsAnError() {
        var progress = BuildProgress(version: .buildKit, reporter: SilentReporter())
        #expect(throws: BinaryDecodingError.self) { try progress.take(.trace([0x0a, 0xff])) }
    }

    @Test(
        arguments: [
            ("plain\n", ["plain"]), ("a\r\nb\r\n", ["a", "b"]), ("\n\n", ["", ""]), ("10%\r20%\r100%\n", ["100%"]),
            ("\u{1b}[1;31mred\u{1b}[0m\n", ["red"]), ("\u{1b}]0;title\u{07}text\n", ["text"]),
            ("\u{1b}]8;;x\u{1b}\\link\n", ["link"]), ("\u{1b}(Bx\n", ["Bx"]), ("größe\n", ["größe"]), ("\u{1b}", []),
        ])
    func output(text: String, lines: [String]) {
        var output = OutputLines()
        #expect(output.take(text.utf8) == lines)
    }

    @Test func aLineWithoutEndIsCut() {
        var output = OutputLines()
        let lines = output.take([UInt8](repeating: UInt8(ascii: "x"), count: 20_000))
        #expect(lines.count == 2)
        #expect(lines.map(\.utf8.count) == [OutputLines.maximumLength, OutputLines.maximumLength])
    }
}

/// Feeds records one by one.
private struct Script {
    let reporter: RecordingReporter
    var progress: BuildKitProgress

    init() {
        reporter = RecordingReporter()
        progress = BuildKitProgress(reporter: reporter)
    }

    mutating func tell(_ vertexes: Moby_Buildkit_V1_Vertex...) {
        progress.take(.with { $0.vertexes = vertexes })
    }

    mutating func tell(_ log: Moby_Buildkit_V1_VertexLog) {
        progress.take(.with { $0.logs = [log] })
    }
}

private func vertex(
    _ digest: String, _ name: String, cached: Bool = false, started: Double? = nil, completed: Double? = nil,
    error: String = ""
) -> Moby_Buildkit_V1_Vertex {
    func timestamp(_ seconds: Double) -> Google_Protobuf_Timestamp {
        .with {
            $0.seconds = Int64(seconds)
            $0.nanos = Int32((seconds - seconds.rounded(.down)) * 1_000_000_000)
        }
    }
    return .with {
        $0.digest = digest
        $0.name = name
        $0.cached = cached
        $0.error = error
        if let started { $0.started = timestamp(started) }
        if let completed { $0.completed = timestamp(completed) }
    }
}

private func log(_ vertex: String, _ text: String, stream: Int64 = 1) -> Moby_Buildkit_V1_VertexLog {
    .with {
        $0.vertex = vertex
        $0.stream = stream
        $0.msg.append(contentsOf: text.utf8)
    }
}
