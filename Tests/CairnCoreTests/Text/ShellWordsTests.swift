import CairnCore
import Testing

@Suite("ShellWords")
struct ShellWordsTests {
    @Test(
        "Splits as a POSIX shell does",
        arguments: [
            ("", []), ("  \t\n ", []), ("apps:list", ["apps:list"]), (" a  b\tc\nd ", ["a", "b", "c", "d"]),
            (#""a b""#, ["a b"]), (#"a\ b"#, ["a b"]),
            ("'a b'", ["a b"]), ("''", [""]), (#"a "" b"#, ["a", "", "b"]), (#"'a'"b"c"#, ["abc"]),
            (#"'a\b"c'"#, [#"a\b"c"#]),
            (#""a\"b\\c\$d\`e\xf""#, [#"a"b\c$d`e\xf"#]), ("\"a\\\nb\"", ["ab"]), ("a \\\n b", ["a", "b"]),
            ("a\\\nb", ["ab"]), (#"\'"#, ["'"]),
            ("a;id | b && $(c) `d` > e * ~ #f", ["a;id", "|", "b", "&&", "$(c)", "`d`", ">", "e", "*", "~", "#f"]),
            ("K='a\nb'", ["K=a\nb"]), ("'\u{301}'", ["\u{301}"]), ("a\u{301}b", ["a\u{301}b"]),
        ] as [(String, [String])])
    func splits(line: String, words: [String]) throws {
        #expect(try ShellWords.split(line).map { Array($0.utf8) } == words.map { Array($0.utf8) })
    }

    @Test("Unfinished lines", arguments: ["'", "\"", "a 'b", "a \"b", "a\\", "\"a\\\""])
    func refuses(line: String) {
        _ = refusal(.usage) { try ShellWords.split(line) }
    }

    @Test(
        "Whatever is quoted comes back as one word",
        arguments: hostileNames + [
            "it's", "''", "\\", "a'\"\\b", "'\u{301}; id", "\n", "\\\n", "K=a b", "日本", "\u{7f}",
        ])
    func roundTrips(word: String) throws {
        let quoted = ShellWords.quote(word)
        #expect(try ShellWords.split(quoted).map { Array($0.utf8) } == [Array(word.utf8)])
        #expect(try ShellWords.split("x \(quoted) y").count == 3)
    }

    @Test func randomWordsRoundTrip() throws {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("ab '\"\\\n\t$`;#*\u{301}é".unicodeScalars)
        for _ in 0..<500 {
            let words = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                var word = ""
                for _ in 0..<Int.random(in: 0...8, using: &generator) {
                    word.unicodeScalars.append(alphabet.randomElement(using: &generator) ?? "a")
                }
                return word
            }
            let line = words.map(ShellWords.quote).joined(separator: " ")
            #expect(try ShellWords.split(line).map { Array($0.utf8) } == words.map { Array($0.utf8) }, "\(line)")
        }
    }

    @Test func plainWordsStayBare() {
        #expect(ShellWords.quote("http://a.b:80/c_d-e,f@g%h+i=j") == "http://a.b:80/c_d-e,f@g%h+i=j")
        #expect(ShellWords.quote("") == "''")
        #expect(ShellWords.quote("é") == "'é'")
    }

    @Test func longLinesAreRead() throws {
        #expect(try ShellWords.split(String(repeating: "a", count: 1_000_000)).count == 1)
        #expect(try ShellWords.split(String(repeating: "a ", count: 10_000)).count == 10_000)
    }
}
