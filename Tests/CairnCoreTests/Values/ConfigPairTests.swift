import CairnCore
import Foundation
import Testing

@Suite("ConfigPair")
struct ConfigPairTests {
    @Test(
        "The first '=' splits; the value stays as it is",
        arguments: [
            ("A=1", "A", "1"), ("A=", "A", ""), ("A=b=c", "A", "b=c"), ("A= x ", "A", " x "),
            ("A=a\nb\r\nc", "A", "a\nb\r\nc"),
            ("A=$(id) `x` \"'", "A", "$(id) `x` \"'"), ("A=\u{301}x", "A", "\u{301}x"), ("A=007", "A", "007"),
        ])
    func parses(text: String, key: String, value: String) throws {
        let pair = try ConfigPair(parsing: text)
        #expect(pair.key.rawValue == key)
        #expect(Array(pair.value.utf8) == Array(value.utf8))
    }

    @Test func refusesWhatNoEnvironmentCarries() throws {
        #expect(refusal(.invalidValue) { try ConfigPair(parsing: "AB") }?.message == "Invalid env pair: AB")
        #expect(refusal(.invalidName) { try ConfigPair(parsing: "A B=1") }?.message == "Invalid key name: 'A B'")
        _ = refusal(.invalidName) { try ConfigPair(parsing: "=1") }
        _ = refusal(.invalidValue) { try ConfigPair(parsing: "A=a\0b") }
    }

    @Test func theLimitIsThatOfLinux() throws {
        let key = try ConfigKey(validating: "KEY")
        let largest = 128 * 1024 - "KEY=".utf8.count - 1
        #expect(throws: Never.self) { try ConfigPair(key: key, value: String(repeating: "a", count: largest)) }
        _ = refusal(.invalidValue) { try ConfigPair(key: key, value: String(repeating: "a", count: largest + 1)) }
    }

    @Test func keysAreThoseOfJSONObjects() throws {
        let encoder = JSONEncoder()
        let config = [try ConfigKey(validating: "A"): 1]
        let data = try encoder.encode(config)
        #expect(String(decoding: data, as: UTF8.self) == #"{"A":1}"#)
        #expect(try JSONDecoder().decode([ConfigKey: Int].self, from: data) == config)
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode([ConfigKey].self, from: Data(#"["1A"]"#.utf8))
        }
    }
}
