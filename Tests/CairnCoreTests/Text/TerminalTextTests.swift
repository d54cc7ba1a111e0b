import CairnCore
import Testing

@Suite("Text for a terminal")
struct TerminalTextTests {
    @Test(
        "Nothing can move the cursor or turn the text around",
        arguments: [
            ("plain", "plain"), ("a\tb", "a\tb"), ("\u{1b}[31mred", #"\x1b[31mred"#),
            ("\u{1b}]0;title\u{7}", #"\x1b]0;title\x07"#),
            ("a\rb", #"a\x0db"#), ("a\r\nb", #"a\x0d\x0ab"#), ("\0", #"\x00"#), ("\u{7f}", #"\x7f"#),
            ("\u{9b}31m", #"\x9b31m"#),
            ("a\u{202e}b", #"a\u202eb"#), ("\u{2066}", #"\u2066"#), ("é 日本 👩‍👩‍👧 – “x”", "é 日本 👩‍👩‍👧 – “x”"),
            ("\u{a0}", "\u{a0}"), ("", ""),
        ])
    func visible(text: String, expected: String) { #expect(text.visible == expected) }

    @Test func excerptsAreShort() {
        #expect("abc".excerpt(3) == "abc")
        #expect("abcd".excerpt(3) == "abc…")
        #expect("\u{1b}[31m".excerpt() == #"\x1b[31m"#)
        // One character of a megabyte.
        let stacked = "a" + String(repeating: "\u{301}", count: 500_000)
        #expect(stacked.excerpt().unicodeScalars.count == 81)
    }
}

@Suite("TextTable")
struct TextTableTests {
    @Test func alignsColumns() {
        let table = TextTable(header: ["ID", "Command"], rows: [["long-id", "a"], ["b"], [], ["é", "c d"]])
        #expect(table.text == "ID       Command\nlong-id  a\nb\n\né        c d")
    }

    @Test func leavesNoBlanksAtTheEnd() {
        #expect(TextTable(rows: [["a", ""], ["bb", "c"]]).lines == ["a", "bb  c"])
        #expect(TextTable(rows: []).text == "")
    }

    @Test func aLongLastCellWidensNothing() {
        let rows = [["a", String(repeating: "x", count: 50)], ["b", "c", "d"]]
        #expect(TextTable(rows: rows).lines.last == "b  c  d")
    }
}

@Suite("Nearest")
struct NearestTests {
    private let commands = ["apps:create", "apps:list", "ps:scale", "config:set", "run", "logs"]

    @Test(
        "Slips are recognised",
        arguments: [
            ("apps:crate", "apps:create"), ("apps:craete", "apps:create"), ("ps:scael", "ps:scale"),
            ("config:sett", "config:set"),
            ("lgos", "logs"), ("rnu", "run"), ("apps:lst", "apps:list"), ("app:list", "apps:list"),
        ])
    func guesses(word: String, command: String) { #expect(Nearest.match(for: word, in: commands) == command) }

    @Test(
        "What is like nothing gets no guess",
        arguments: ["", "x", "frobnicate", "domains:add", String(repeating: "a", count: 1_000_000)])
    func staysSilent(word: String) { #expect(Nearest.match(for: word, in: commands) == nil) }

    @Test func theNearestWins() {
        #expect(Nearest.match(for: "abcdef", in: ["abcxxf", "abcdex", "abcdxf"]) == "abcdex")
    }
}
