import CairnCore
import Testing

/// Runs `body`, which must fail, and gives back the error.
func refusal<Value>(
    _ code: CairnError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Value
) -> CairnError? {
    let error = #expect(throws: CairnError.self, sourceLocation: sourceLocation) { _ = try body() }
    #expect(error?.code == code, sourceLocation: sourceLocation)
    return error
}

/// Texts that somebody may hand in where a name is wanted, to get a command run, a file written or a screen painted.
let hostileNames = [
    "", " ", "a b", "a;id", "$(touch MARKER)", "`id`", "a|b", "a&b", "a>b", "a<b", "a\nb", "a\r\nb", "a\tb", "a\0b",
    "a\\b", "a*b",
    "~", "{}", "!", "#", "'", "\"", "-h", "--help", "../x", "..", "/etc/passwd", "a/b", "\u{1b}[31m", "a\u{202e}b", "é",
    "\u{212a}", "a\u{301}", "０", "a=b", "a:b", "a,b", "%s", "a?b", "[a]", "(a)", "^a$",
]
