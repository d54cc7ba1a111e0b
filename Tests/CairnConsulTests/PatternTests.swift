import Testing

@testable import CairnConsul

/// The syntax is that of https://github.com/google/re2/wiki/Syntax, as far as it is read.
@Suite("Regular expressions")
struct PatternTests {
    @Test(
        "What is found",
        arguments: [
            ("web\\.[0-9]+", "my web.12!"), ("^a.c$", "abc"), ("a|b", "xb"), ("(ab)+c", "ababc"), ("a{2,3}b", "aaab"),
            ("a{2}", "aa"), ("a{2,}", "aaaa"), ("x*", ""), ("", "anything"), ("[^a-c]", "d"), ("[]a]", "]"),
            ("\\bweb\\b", "a web b"), ("\\d\\D\\w\\W\\s\\S", "1a_- b"), ("(?i)WeB[a-c]", "wEbB"), ("colou?r", "color"),
            ("(?:a|b)*c", "abac"), ("(?P<name>a)", "a"), ("a{,2}", "a{,2}"), ("ü+", "füür"), ("[a-]", "-"),
            ("a+?b", "aab"),
        ])
    func found(pattern: String, text: String) throws { #expect(try Pattern(parsing: pattern).matches(text)) }

    @Test(
        "What is not found",
        arguments: [
            ("^b", "ab"), ("a$", "ab"), ("a{2,3}b", "ab"), ("[a-c]", "d"), ("\\Bweb", "web"), ("a.c", "a\nc"),
            ("A", "a"),
            ("^(ab|cd)$", "abcd"),
        ])
    func notFound(pattern: String, text: String) throws { #expect(try !Pattern(parsing: pattern).matches(text)) }

    @Test(
        "What is none",
        arguments: [
            "(", ")", "[a", "*", "a\\", "\\q", "(?=a)", "a{300}", "a{3,2}", "[z-a]", "((a{100}){100}){100}",
            String(repeating: "(", count: 100), String(repeating: "a", count: 600),
        ])
    func invalid(pattern: String) { #expect(throws: FilterError.self) { try Pattern(parsing: pattern) } }

    @Test("What drives engines that backtrack mad takes no longer than anything else", .timeLimit(.minutes(1)))
    func catastrophic() throws {
        let text = String(repeating: "a", count: 5000) + "!"
        for pattern in ["(a+)+$", "(a|aa)+$", "(a*)*b", "a*a*a*a*a*a*a*a*b"] {
            #expect(try !Pattern(parsing: pattern).matches(text))
        }
    }
}
