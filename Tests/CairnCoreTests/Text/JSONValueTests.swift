import CairnCore
import Testing

@Suite("JSON")
struct JSONValueTests {
    @Test(
        "Values",
        arguments: [
            ("null", nil), (" true ", true), ("false", false), ("0", 0), ("-12", -12),
            ("9223372036854775807", .integer(.max)),
            ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1.5e3", .double(1500)),
            ("-0.5E-1", .double(-0.05)), ("1e0", .double(1)),
            (#""""#, ""), (#""a\"\\\/\b\f\n\r\tA\u0041é""#, "a\"\\/\u{8}\u{c}\n\r\tAAé"), (#""\ud83d\ude00""#, "😀"),
            (#""\u0000""#, "\0"),
            ("[]", []), ("[1,[2],{}]", [1, [2], [:]]),
            (#"{"a":{"b":[null]},"__proto__":1}"#, ["a": ["b": [nil]], "__proto__": 1]),
            ("// a\n/* b * / ** */ [ // c\n1 /**/ , 2 ] // d", [1, 2]),
            (#"["// no", "/* comment */"]"#, ["// no", "/* comment */"]),
            ("\u{feff}{}", [:]), ("{\r\n\"a\":1\r\n}", ["a": 1]),
        ] as [(String, JSONValue)])
    func parses(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text, file: "x") == value)
    }

    @Test(
        "Errors say where and what",
        arguments: [
            ("", 1, 1, "the file ends where a value is expected"),
            ("{\n  \"a\": 1,\n}", 3, 1, "a ',' must not stand before '}'"),
            ("[1,]", 1, 4, "a ',' must not stand before ']'"),
            ("{\"a\":1,\n \"é\":2, \"a\":3}", 2, 9, "the key \"a\" is there twice"),
            ("{\"a\" 1}", 1, 6, "a ':' is missing after the key \"a\""),
            ("{\"a\":1 \"b\":2}", 1, 8, "a ',' or '}' is missing"),
            ("[1 2]", 1, 4, "a ',' or ']' is missing"), ("{a:1}", 1, 2, "a key in double quotes is expected"),
            ("{", 1, 2, "the file ends inside an object"),
            ("{'a':1}", 1, 2, "a key in double quotes is expected"), ("NaN", 1, 1, "'NaN' is not a JSON value"),
            ("-Infinity", 1, 1, "a number starts with a digit"),
            ("1e400", 1, 1, "the number 1e400 is too large"), ("01", 1, 1, "a number starts with a digit"),
            ("+1", 1, 1, "a value is expected"),
            (".5", 1, 1, "a value is expected"), ("1.", 1, 3, "digits are missing after the '.'"),
            ("1e", 1, 3, "digits are missing in the exponent"),
            ("1 2", 1, 3, "there is more text after the end"), ("\"a", 1, 1, "the string is not closed"),
            ("\"a\nb\"", 1, 3, "a line's end inside a string"),
            ("\"\u{1}\"", 1, 2, "a control character inside a string"), (#""\x""#, 1, 2, "an escape is one of"),
            (#""\u12""#, 1, 2, "four hexadecimal digits"),
            (#""\ud800""#, 1, 2, "half of a surrogate pair"), (#""\ude00""#, 1, 2, "half of a surrogate pair"),
            (#""\ud800A""#, 1, 2, "half of a surrogate pair"),
            ("/* a", 1, 1, "the comment is not closed"), ("# a", 1, 1, "a value is expected"),
            ("/ 1", 1, 1, "a comment starts with"), ("\0", 1, 1, "a value is expected"),
            (#""\"#, 1, 2, "the string is not closed"), ("tru", 1, 1, "'tru' is not a JSON value"),
            ("[\"\u{feff}\", x]", 1, 7, "'x' is not a JSON value"),
        ])
    func refuses(text: String, line: Int, column: Int, problem: String) {
        let error = refusal(.invalidFile) { try JSONValue(parsing: text, file: "app.json") }
        #expect(
            error?.message.hasPrefix("app.json, line \(line), column \(column): \(problem)") == true,
            "\(error?.message ?? "")")
    }

    @Test func theLineIsTheEvidence() {
        let error = refusal(.invalidFile) { try JSONValue(parsing: "{\n  \"a\": \u{1b}x\n}", file: "app.json") }
        #expect(error?.evidence == [#"  "a": \x1bx"#])
    }

    @Test func nestingHasALimit() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(64), file: "x") }
        for depth in [65, 10_000, 500_000] {
            let error = refusal(.invalidFile) { try JSONValue(parsing: nested(depth), file: "x") }
            #expect(error?.message == "x, line 1, column 65: values are nested deeper than 64 levels")
        }
        let objects = String(repeating: "{\"a\":", count: 10_000)
        _ = refusal(.invalidFile) { try JSONValue(parsing: objects, file: "x") }
    }

    @Test func sizeHasALimit() throws {
        let longest = "\"" + String(repeating: "a", count: (1 << 20) - 2) + "\""
        #expect(throws: Never.self) { try JSONValue(parsing: longest, file: "x") }
        let error = refusal(.invalidFile) { try JSONValue(parsing: longest + " ", file: "x") }
        #expect(error?.message == "x has 1048577 bytes, more than the 1024 KiB allowed")
    }

    @Test(
        "Bytes that are not UTF-8",
        arguments: [[0x22, 0xff, 0x22], [0xff, 0xfe, 0x7b, 0x00], [0x22, 0xed, 0xa0, 0x80, 0x22]] as [[UInt8]])
    func refusesOtherEncodings(bytes: [UInt8]) {
        let error = refusal(.invalidFile) { try JSONValue(parsing: [0x0a] + bytes, file: "x") }
        #expect(error?.message == "x is not UTF-8 text: line 2 holds other bytes")
    }

    @Test func hugeNumbersAreNoCrash() {
        _ = refusal(.invalidFile) { try JSONValue(parsing: String(repeating: "9", count: 100_000), file: "x") }
    }

    @Test func writesTheSameTextEveryTime() {
        let value: JSONValue = ["b": [1, true, nil], "a": ["z": "x\n\"\\", "y": .double(0.5)]]
        #expect(value.text == #"{"a":{"y":0.5,"z":"x\n\"\\"},"b":[1,true,null]}"#)
        #expect(JSONValue.double(.infinity).text == "null")
        #expect(JSONValue.array([]).text == "[]")
    }

    @Test("What is written is harmless and reads back", arguments: hostileNames + ["\u{9b}31m", "😀", "\u{10ffff}"])
    func roundTrips(text: String) throws {
        let value = JSONValue.object(["a": .string(text), text: [.double(1e300), .double(-0.1), .integer(.min)]])
        let json = value.text
        #expect(json.visible == json)
        #expect(try JSONValue(parsing: json, file: "x") == value)
    }
}
