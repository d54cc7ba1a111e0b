import CairnCore
import Testing

@Suite("IPv4")
struct IPv4Tests {
    @Test("Addresses", arguments: [("0.0.0.0", UInt32(0)), ("10.210.0.1", 0x0ad2_0001), ("255.255.255.255", .max)])
    func reads(text: String, bits: UInt32) {
        #expect(IPv4Address(text)?.bits == bits)
        #expect(IPv4Address(bits: bits).description == text)
    }

    @Test(
        "What is no address",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", "1.2.3.", " 1.2.3.4", "1.2.3.4 ", "+1.2.3.4", "-1.2.3.4",
            "01.2.3.4", "1.2.3.00",
            "0x1.2.3.4", "1.2.3.4/8", "１.2.3.4", "::1",
        ])
    func refusesAddress(text: String) { #expect(IPv4Address(text) == nil) }

    @Test func addressesSortAsNumbers() throws {
        #expect(try #require(IPv4Address("9.0.0.0")) < #require(IPv4Address("10.0.0.0")))
    }

    @Test func blocksDivide() throws {
        let pool = try IPv4Subnet(parsing: "10.210.0.0/15")
        #expect(pool.count == 131_072)
        let blocks = Array(pool.blocks(ofPrefix: 26))
        #expect(blocks.count == 2048)
        #expect(blocks[1].description == "10.210.0.64/26")
        #expect(blocks.last?.description == "10.211.255.192/26")
        #expect(blocks[1].address(2).description == "10.210.0.66")
        #expect(blocks.allSatisfy { pool.contains($0.base) && pool.contains($0.address($0.count - 1)) })
        #expect(Array(pool.blocks(ofPrefix: 15)) == [pool])
        #expect(Array(pool.blocks(ofPrefix: 14)).isEmpty)
        #expect(Array(pool.blocks(ofPrefix: 33)).isEmpty)
        #expect(Array(pool.blocks(ofPrefix: -1)).isEmpty)
    }

    @Test(
        "Where a block ends",
        arguments: [
            ("10.0.0.63", false), ("10.0.0.64", true), ("10.0.0.127", true), ("10.0.0.128", false), ("0.0.0.0", false),
        ])
    func contains(address: String, expected: Bool) throws {
        let block = try IPv4Subnet(parsing: "10.0.0.64/26")
        #expect(block.contains(try #require(IPv4Address(address))) == expected)
    }

    @Test("The last block there is", arguments: ["255.255.255.252/30", "255.0.0.0/8"])
    func doesNotOverflow(text: String) throws {
        let block = try IPv4Subnet(parsing: text)
        #expect(block.contains(IPv4Address(bits: .max)))
        #expect(block.address(block.count - 1).bits == .max)
    }

    @Test(
        "What is no block",
        arguments: [
            "", "10.0.0.0", "10.0.0.0/", "/8", "10.0.0.1/26", "10.0.0.0/7", "10.0.0.0/31", "10.0.0.0//26",
            "10.0.0.0/26/",
            "10.0.0.0/+26", "10.0.0.0/x", "10.0.0/8",
        ])
    func refusesBlock(text: String) {
        _ = refusal(.invalidValue) { try IPv4Subnet(parsing: text) }
    }
}
