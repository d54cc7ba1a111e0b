import LibGit
import Testing

@Suite("Object ids")
struct ObjectIDTests {
    @Test func readsAndPrintsFortyDigits() throws {
        let text = "00ff1234567890abcdef1234567890abcdef1234"
        let id = try #require(ObjectID(text))
        #expect(id.description == text)
        #expect(id.short == "00ff1234")
        #expect(id.bytes.count == 20)
        #expect(ObjectID(text.uppercased()) == id)
        #expect(!id.isZero)
    }

    @Test(
        "Anything else is no id",
        arguments: ["", "00ff", "main", "-f", String(repeating: "g", count: 40), String(repeating: "0", count: 41)])
    func refuses(text: String) {
        #expect(ObjectID(text) == nil)
    }

    @Test func zeroStandsForNothing() {
        #expect(ObjectID.zero.isZero)
        #expect(ObjectID(String(repeating: "0", count: 40)) == .zero)
    }
}
