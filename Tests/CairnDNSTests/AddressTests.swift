import CairnCore
import Testing

@testable import CairnDNS

@Suite("Addresses and names as text")
struct AddressTests {
    // RFC 4291 section 2.2 and RFC 5952.
    @Test(
        "IPv6 is read in all its forms and written in one",
        arguments: [
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("::ffff:1.2.3.4", "::ffff:102:304"), ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
        ])
    func version6(text: String, canonical: String) { #expect(IPv6Address(text)?.description == canonical) }

    @Test(
        "What is no IPv6 address is none",
        arguments: [
            "", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1%eth0", "+1::",
            "1:2:3:4:5:6:7:8::", "1.2.3.4", "1.2.3.4::", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:",
        ])
    func notVersion6(text: String) { #expect(IPv6Address(text) == nil) }

    @Test(
        "IPv4 is read as everywhere in Cairn",
        arguments: [
            "0.0.0.0", "10.1.0.255", "255.255.255.255", "256.1.1.1", "01.1.1.1", "1.1.1.00", "1.1.1", "1.1.1.1.1",
            "1..1.1",
            ".1.1.1", "1.1.1.", "", "a.1.1.1", "1.1.1.1 ", "+1.1.1.1", "1.1.1.4294967297",
        ])
    func version4(text: String) {
        #expect(IPAddress(text) == IPv4Address(text).map(IPAddress.v4))
    }

    @Test("Addresses that stay inside are told from those of the Internet")
    func inside() throws {
        for text in ["10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.1", "169.254.1.1", "127.1.1.1", "fd00::1"] {
            #expect(try #require(IPAddress(text)).isPrivate)
        }
        for text in ["8.8.8.8", "172.32.0.1", "2001:db8::1", "100.128.0.1"] {
            #expect(try !#require(IPAddress(text)).isPrivate)
        }
        #expect(try #require(IPAddress("fe80::1")).isPrivate)
    }

    @Test(
        "A place to listen is read with or without its port",
        arguments: [
            ("127.0.0.1:8600", "127.0.0.1:8600"), ("10.0.0.1", "10.0.0.1:53"), ("[::1]:5353", "[::1]:5353"),
            ("::1", "[::1]:53"), ("[::1]", "[::1]:53"),
        ])
    func places(text: String, expected: String) throws {
        #expect(try DNSListenAddress(parsing: text).description == expected)
    }

    @Test(
        "Other text is no place to listen",
        arguments: ["", "localhost:53", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:+5", "[::1]:x", "::1:99999", "[1.2.3.4"])
    func noPlaces(text: String) {
        let error = #expect(throws: CairnError.self) { try DNSListenAddress(parsing: text) }
        #expect(error?.code == .invalidValue)
    }

    @Test("Names keep their letters and are compared without case")
    func names() throws {
        #expect(DNSName("A.b") == DNSName("a.B."))
        #expect(DNSName("a.b")?.hashValue == DNSName("A.B")?.hashValue)
        #expect(DNSName("A.b")?.description == "A.b.")
        #expect(DNSName(labels: ["a.b", "c d"])?.description == "a\\.b.c\\032d.")
        for text in ["", "a..b", ".a", String(repeating: "a", count: 64)] { #expect(DNSName(text) == nil) }
        let name = try #require(DNSName("x.web.Cairn"))
        #expect(name.labels(under: try #require(DNSName("cairn"))) == ["x", "web"])
        // The end of a label is no domain.
        #expect(DNSName("xcairn")?.labels(under: try #require(DNSName("cairn"))) == nil)
        #expect(DNSName(labels: ["a\u{5}cairn"])?.labels(under: try #require(DNSName("cairn"))) == nil)
    }
}
