import CairnCore
import Testing

@testable import CairnBuild

/// The cases follow Docker's documentation of .dockerignore (docs.docker.com/build/concepts/context) and what
/// moby/patternmatcher does with patterns the documentation leaves open.
@Suite(".dockerignore")
struct IgnoreRulesTests {
    @Test(
        "One pattern",
        arguments: [
            // Plain names match at the root only, and everything below.
            ("node_modules", "node_modules", true), ("node_modules", "node_modules/a/b.js", true),
            ("node_modules", "app/node_modules", false), ("node_modules", "node_modules2", false),
            // Slashes around a pattern mean nothing.
            ("/foo/bar", "foo/bar", true), ("foo/", "foo", true), ("foo/", "foo/x", true), ("./foo", "foo", true),
            ("foo//bar", "foo/bar", true), ("foo/./bar", "foo/bar", true), ("foo/x/../bar", "foo/bar", true),
            ("  foo  ", "foo", true), ("foo\r", "foo", true), ("\tfoo bar\t", "foo bar", true),
            // `*` and `?` stay inside a name.
            ("*/temp*", "somedir/temporary.txt", true), ("*/temp*", "somedir/temp", true),
            ("*/temp*", "temporary.txt", false), ("*/temp*", "a/b/temp", false),
            ("*/*/temp*", "somedir/subdir/temporary.txt", true), ("*/*/temp*", "somedir/temporary.txt", false),
            ("temp?", "tempa", true), ("temp?", "temp", false), ("temp?", "tempab", false), ("temp?", "temp/", false),
            ("*.md", "README.md", true), ("*.md", "docs/README.md", false), ("*.md", "dir.md/file", true),
            ("*", "anything", true), ("*", "any/thing", true), (".*", ".git", true), (".*", "a", false),
            ("a?c", "aéc", true), ("gr*", "größe", true),
            // `**` is any number of directories, none as well.
            ("**/*.go", "main.go", true), ("**/*.go", "a/b/main.go", true), ("**/*.go", "main.gone", false),
            ("**/foo", "foo", true), ("**/foo", "a/foo", true), ("**/foo", "a/foo/b", true), ("**/foo", "afoo", false),
            ("foo/**", "foo/a", true), ("foo/**", "foo", false), ("foo/**/bar", "foo/bar", true),
            ("foo/**/bar", "foo/a/b/bar", true), ("foo/**/bar", "foo/xbar", false), ("**", "anything/at/all", true),
            ("a/**/b/**/c", "a/b/c", true), ("a/**/b/**/c", "a/x/b/y/z/c", true), ("a/**/b/**/c", "a/x/c", false),
            ("**/.git", ".git/config", true), ("a**", "ab/c", true), ("**foo", "xfoo", true),
            ("**foo*", "xfoo1", false),
            ("**/foo*", "a/foox", true), ("a**/c", "a/b/c", true),
            // Sets, as in Go's filepath.Match.
            ("[abc].txt", "b.txt", true), ("[abc].txt", "d.txt", false), ("[a-c]x", "bx", true), ("[^a]x", "bx", true),
            ("[^a]x", "ax", false), ("[!a]x", "!x", true), ("[\\]]", "]", true), ("\\*", "*", true),
            ("\\*", "a", false),
            // What is special elsewhere is not special here.
            ("a.c", "abc", false), ("a.*", "abc", false), ("c++", "c++", true), ("(x)|y", "y", false),
            ("$HOME", "$HOME", true),
            ("{a,b}", "a", false), (".", "a", false), ("/", "a", false),
            // A `#` is a comment in the first column only.
            ("#foo", "#foo", false), (" #foo", "#foo", true), ("foo #bar", "foo", false), ("\\#foo", "#foo", true),
        ])
    func pattern(line: String, path: String, ignored: Bool) throws {
        #expect(try rules(line).ignores(Array(path.utf8)) == ignored, "\(line) on \(path)")
    }

    @Test(
        "The last matching line decides",
        arguments: [
            (["*.md", "!README.md"], "README.md", false), (["*.md", "!README.md"], "other.md", true),
            (["*.md", "!README*.md", "README-secret.md"], "README-secret.md", true),
            (["*.md", "!README*.md", "README-secret.md"], "README-1.md", false),
            (["*.md", "README-secret.md", "!README*.md"], "README-secret.md", false),
            (["*", "!src"], "src/main.go", false), (["*", "!src"], "other", true),
            (["*", "!src", "src/tmp"], "src/tmp/x", true),
            (["dir", "!dir/keep"], "dir/keep", false), (["dir", "!dir/keep"], "dir/keep/below", false),
            (["dir", "!dir/keep"], "dir/other", true),
            (["**/node_modules", "!**/keep.js"], "a/node_modules/keep.js", false),
            (["!foo", "foo"], "foo", true), (["foo", "! foo"], "foo", false), (["foo", "!/foo"], "foo", false),
            (["foo", "!foo/"], "foo", false), (["", "  ", "# all", "foo"], "foo", true),
        ])
    func order(lines: [String], path: String, ignored: Bool) throws {
        #expect(try rules(lines.joined(separator: "\n")).ignores(Array(path.utf8)) == ignored)
    }

    @Test func aByteOrderMarkDoesNotCount() throws {
        #expect(try rules("\u{feff}foo").ignores(Array("foo".utf8)))
    }

    @Test func windowsLineEndsDoNotCount() throws {
        let rules = try rules("foo\r\n# no\r\nbar\r\n")
        #expect(rules.patterns.count == 2)
        #expect(rules.ignores(Array("foo".utf8)))
        #expect(rules.ignores(Array("bar".utf8)))
    }

    @Test(
        "A line that is no pattern is an error that names it",
        arguments: ["[a", "a[", "[]", "!", "x\\", "[a-]", "[b-a]"])
    func refuses(line: String) {
        let error = #expect(throws: CairnError.self) { try rules("ok\n\(line)") }
        #expect(error?.code == .invalidFile)
        #expect(error?.message == "Line 2 of .dockerignore is not a pattern: \(line)")
    }

    @Test(
        "A directory is passed over only if nothing in it can be excepted",
        arguments: [
            (["a"], "a", true), (["a", "!a/b"], "a", false), (["a", "!b"], "a", true), (["a", "!**/x"], "a", false),
            (["a", "!a/*/x"], "a", false), (["a", "!a/*/x"], "a/b", false), (["*", "!src/app"], "src", false),
            (["*", "!src/app"], "other", true), (["a", "!a/b"], "a/b/c", true), (["a/b", "!a"], "a/b", true),
        ])
    func skipping(lines: [String], directory: String, skipped: Bool) throws {
        #expect(try rules(lines.joined(separator: "\n")).ignoresAll(below: Array(directory.utf8)) == skipped)
    }

    @Test(.timeLimit(.minutes(5)))
    func aHostilePatternTakesNoTime() throws {
        let rules = try rules(String(repeating: "*a", count: 2000) + "b")
        #expect(!rules.ignores(Array(repeating: UInt8(ascii: "a"), count: 2000)))
    }

    private func rules(_ text: String) throws -> IgnoreRules {
        try IgnoreRules(parsing: Array(text.utf8), named: ".dockerignore")
    }
}
