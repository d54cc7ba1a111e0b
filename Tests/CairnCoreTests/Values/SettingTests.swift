import CairnCore
import Testing

@Suite("Port mappings")
struct PortMappingTests {
    @Test func parses() throws {
        let mapping = try PortMapping(parsing: "https:443:5000")
        #expect(mapping == PortMapping(scheme: .https, hostPort: 443, containerPort: 5000))
        #expect(mapping.isTLS)
        #expect(mapping.description == "https:443:5000")
        #expect(try !PortMapping(parsing: "grpc:1:65535").isTLS)
        #expect(try PortMapping(parsing: "http:80:5000") < mapping)
    }

    @Test(
        "Malformed mappings say why",
        arguments: [
            ("80", "it has 1 part, not three"), ("http:80", "it has 2 parts, not three"),
            ("", "it has 1 part, not three"),
            ("tcp:80:80", "the scheme is one of http, https, grpc and grpcs"),
            ("http:0:80", "ports are whole numbers from 1 to 65535"),
            ("http:80:65536", "ports are whole numbers from 1 to 65535"),
            ("http:+1:80", "ports are whole numbers from 1 to 65535"),
            ("http::80", "ports are whole numbers from 1 to 65535"),
            ("http:80:5000;x", "ports are whole numbers from 1 to 65535"),
            ("http:80:99999999999999999999", "ports are whole numbers from 1 to 65535"),
        ])
    func refuses(text: String, reason: String) {
        let error = refusal(.invalidValue) { try PortMapping(parsing: text) }
        #expect(error?.message == "Invalid port map \(text): \(reason)")
    }
}

@Suite("Restart policies")
struct RestartPolicyTests {
    @Test(
        "Docker's four", arguments: ["no", "always", "unless-stopped", "on-failure", "on-failure:0", "on-failure:10"])
    func roundTrips(text: String) throws { #expect(try RestartPolicy(parsing: text).description == text) }

    @Test(
        "Anything else",
        arguments: [
            "", "No", "never", "on-failure:", "on-failure:-1", "on-failure:+1", "on-failure:x", "on-failure:1 ",
            "always:1",
            "on-failure:99999999999999999999",
        ])
    func refuses(text: String) {
        let error = refusal(.invalidValue) { try RestartPolicy(parsing: text) }
        #expect(error?.message.hasPrefix("Invalid restart-policy specified") == true)
    }
}

@Suite("Scale")
struct ScaleTests {
    @Test func parsesInOrder() throws {
        let scale = try Scale(parsing: ["worker=0", "web=100", "a=007"])
        #expect(scale.description == "worker=0 web=100 a=7")
        #expect(scale.quantities[.web] == 100)
        #expect(try Scale(parsing: []).entries.isEmpty)
        #expect(try Scale(parsing: ["release=0"]).entries.count == 1)
    }

    @Test(
        "Malformed counts",
        arguments: [
            ("web", "Missing count for process type web"), ("web=", "Missing count for process type web"),
            ("web=-1", "Invalid count for process type web"), ("web=1e9", "Invalid count for process type web"),
            ("web=1000000", "Invalid count for process type web"), ("web=101", "Invalid count for process type web"),
            ("web=99999999999999999999", "Invalid count for process type web"),
            ("web=+1", "Invalid count for process type web"),
            ("web=1=2", "Invalid count for process type web"), ("web= 1", "Invalid count for process type web"),
            ("web=\u{301}1", "Invalid count for process type web"), ("web=１", "Invalid count for process type web"),
            ("release=1", "'release' cannot be scaled: it is a task that runs once in each deploy"),
        ])
    func refusesCount(word: String, message: String) {
        #expect(refusal(.invalidValue) { try Scale(parsing: ["x=1", word]) }?.message == message)
    }

    @Test func refusesTheSameProcessTwice() {
        _ = refusal(.invalidValue) { try Scale(parsing: ["web=1", "web=1"]) }
    }

    @Test("The name is judged too", arguments: ["=1", "we b=1", "-x=1", "$(id)=1"])
    func refusesName(word: String) {
        _ = refusal(.invalidName) { try Scale(parsing: [word]) }
    }
}

@Suite("Lengths of time")
struct DurationParsingTests {
    @Test(
        "As people write them",
        arguments: [
            ("0", 0), ("90", 90_000), ("90s", 90_000), ("5m", 300_000), ("1h30m", 5_400_000), ("500ms", 500),
            ("1d", 86_400_000),
            ("1h1ms", 3_600_001), ("3660d", 316_224_000_000),
        ])
    func parses(text: String, milliseconds: Int) throws {
        #expect(try Duration(parsing: text) == .milliseconds(milliseconds))
    }

    @Test(
        "What is none",
        arguments: [
            "", "s", "-1", "+1", "1.5s", "1x", "1 s", "1m1h", "1s1s", "10 ", "1h30", "99999999999", "3661d", "1S", "９",
        ])
    func refuses(text: String) {
        _ = refusal(.invalidValue) { try Duration(parsing: text) }
    }
}

@Suite("Build ids")
struct BuildIDTests {
    private struct Ones: RandomNumberGenerator { func next() -> UInt64 { .max } }

    @Test func holdsTheTime() throws {
        var ones = Ones()
        let id = BuildID(milliseconds: 1_764_000_000_000, using: &ones)
        #expect(id.rawValue == "midc1z40zzzzzz")
        #expect(id.milliseconds == 1_764_000_000_000)
        #expect(try BuildID(validating: id.rawValue) == id)
    }

    @Test func sortsByTime() {
        let times: [UInt64] = [0, 1, 35, 36, 1_764_000_000_000, 1_764_000_000_001, 2_821_109_907_455]
        let ids = times.map { BuildID(milliseconds: $0) }
        #expect(ids == ids.sorted())
        #expect(ids.allSatisfy { $0.rawValue.utf8.count == 14 })
        #expect(Set((0..<100).map { _ in BuildID(milliseconds: 1) }).count > 90)
    }

    @Test(
        "Ids become file names",
        arguments: hostileNames + ["ABCDEFGH123456", "abcdefgh12345", "abcdefgh1234567", "../../../../aa"])
    func refuses(text: String) {
        _ = refusal(.invalidName) { try BuildID(validating: text) }
    }
}
