import CairnCore
import Testing

@testable import CairnDeploy

@Suite struct HostRoutesTests {
    private let routes = HostRoutes(
        parsing: """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
            tun0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0
            br-1\t4000D20A\t00000000\t0001\t0\t0\t0\tC0FFFFFF\t0\t0\t0
            wg0\t8500D20A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0

            """)

    @Test(
        "A block with a route of its own inside is taken; a wider route takes nothing",
        arguments: [
            ("10.210.0.64/26", true), ("10.210.0.0/24", true), ("10.210.0.128/26", true), ("10.210.0.0/26", false),
            ("10.210.1.0/26", false), ("10.210.0.192/26", false),
        ])
    func divert(block: String, isTaken: Bool) throws {
        #expect(try routes.divert(IPv4Subnet(parsing: block)) == isTaken)
    }

    @Test("Without routes nothing is in the way")
    func none() throws {
        #expect(try !HostRoutes(parsing: "").divert(IPv4Subnet(parsing: "10.210.0.0/26")))
    }
}
