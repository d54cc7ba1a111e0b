import CairnCore
import Testing

@Suite("Domain")
struct DomainTests {
    @Test(
        "Host names",
        arguments: [
            ("example.com", "example.com"), ("WWW.Example.COM", "www.example.com"), ("localhost", "localhost"),
            ("*.example.com", "*.example.com"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("1.example", "1.example"),
            ("a-b.c", "a-b.c"),
        ])
    func accepts(text: String, domain: String) throws {
        #expect(try Domain(validating: text).rawValue == domain)
    }

    @Test(
        "Hostile domains",
        arguments: hostileNames.filter { $0 != "" } + [
            "", "a.com; return 200 x", "a.com{", "a.com\n}", "\"a", "#a", "$host", "~^.*$", "_", "*", "*.com", "a..b",
            ".a", "a.",
            "example.com:80", "http://example.com", "example.com/a", "bücher.example", "a.*.com", "a*.example.com",
            "*.*.example.com", "-a.com", "a-.com", "192.0.2.1", "a.1", "::1", "\u{212a}.com",
            String(repeating: "a", count: 64) + ".com",
            Array(repeating: String(repeating: "a", count: 49), count: 5).joined(separator: ".") + ".abcde",
        ])
    func refuses(text: String) {
        let error = refusal(.invalidName) { try Domain(validating: text) }
        #expect(error?.message.hasSuffix(" is invalid. exiting...") == true)
    }

    @Test func theLongestNameHas253Bytes() throws {
        let name = Array(repeating: String(repeating: "a", count: 49), count: 5).joined(separator: ".") + ".abc"
        #expect(name.utf8.count == 253)
        #expect(try Domain(validating: name).rawValue == name)
    }

    @Test(
        "What a domain covers",
        arguments: [
            ("example.com", "example.com", true), ("example.com", "www.example.com", false),
            ("*.example.com", "www.example.com", true), ("*.example.com", "example.com", false),
            ("*.example.com", "a.b.example.com", false), ("*.example.com", "*.example.com", true),
            ("*.example.com", "*.b.example.com", false), ("www.example.com", "*.example.com", false),
            ("*.example.com", "wwwexample.com", false), ("*.example.com", "localhost", false),
        ])
    func covers(domain: String, other: String, expected: Bool) throws {
        #expect(try Domain(validating: domain).covers(Domain(validating: other)) == expected)
    }
}
