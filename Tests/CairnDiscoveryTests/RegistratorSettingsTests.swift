import CairnCore
import CairnDiscovery
import Testing

@Suite("Registrator: settings")
struct RegistratorSettingsTests {
    private func error(_ change: (inout RegistratorSettings.Options) -> Void) -> CairnError? {
        #expect(throws: CairnError.self) { try RegistratorSettings.standard(change) }
    }

    @Test("An address that cannot be registered is refused", arguments: ["0.0.0.0", "::", "", "host", "10.0.0.5/24"])
    func addresses(text: String) {
        #expect(error { $0.ip = text }?.code == .invalidValue)
    }

    @Test("Addresses of the host are of their family")
    func families() {
        #expect(error { $0.hostIPv4 = "2001:db8::1" }?.code == .invalidValue)
        #expect(error { $0.hostIPv6 = "192.0.2.1" }?.code == .invalidValue)
        #expect(throws: Never.self) { try RegistratorSettings.standard { $0.hostIPv6 = "2001:db8::1" } }
    }

    @Test("Both times or none, the longer one for the life")
    func times() {
        #expect(error { $0.ttl = .seconds(30) }?.code == .invalidValue)
        #expect(error { $0.ttlRefresh = .seconds(30) }?.code == .invalidValue)
        #expect(error { ($0.ttl, $0.ttlRefresh) = (.seconds(10), .seconds(10)) }?.code == .invalidValue)
        #expect(throws: Never.self) {
            try RegistratorSettings.standard { ($0.ttl, $0.ttlRefresh) = (.seconds(30), .seconds(10)) }
        }
    }

    @Test("What else makes no sense")
    func others() {
        #expect(error { $0.prefix = "" }?.code == .invalidValue)
        #expect(error { $0.prefix = "A=" }?.code == .invalidValue)
        #expect(error { $0.useIPFromLabel = "" }?.code == .invalidValue)
        #expect(error { $0.tags = "{{.Config" }?.message.contains("template") == true)
        #expect(error { $0.deregistration = .onSuccess(keepCrashedFor: .seconds(-1)) }?.code == .invalidValue)
    }
}
