import Testing

@testable import CairnConsul

/// https://pkg.go.dev/time#ParseDuration.
@Suite("Go's durations")
struct DurationTests {
    @Test(
        "What is one",
        arguments: [
            ("10s", 10_000), ("1m30s", 90_000), ("500ms", 500), ("1.5h", 5_400_000), ("60000ms", 60_000), ("0", 0),
            ("-1s", -1000), ("+2s", 2000),
        ])
    func valid(text: String, milliseconds: Int) { #expect(Duration(go: text) == .milliseconds(milliseconds)) }

    @Test("What is none", arguments: ["", "3", "xx", "s", "1x", "1s2", ".", "-", "999999999999h", "1e9s", "١s"])
    func invalid(text: String) { #expect(Duration(go: text) == nil) }

    @Test("A duration is written short")
    func text() {
        #expect(Duration.seconds(90).goText == "90s")
        #expect(Duration.milliseconds(1500).goText == "1500ms")
        #expect(Duration.seconds(15).goNanoseconds == 15_000_000_000)
    }
}
