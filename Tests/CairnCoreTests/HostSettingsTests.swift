import CairnCore
import Testing

@Suite("HostSettings")
struct HostSettingsTests {
    @Test func hasWorkingDefaults() throws {
        let settings = try HostSettings()
        #expect(settings.root == HostSettings.standardRoot)
        #expect(settings.engineSocket == "/var/run/docker.sock")
        #expect(settings.networkPool.description == "10.210.0.0/15")
        #expect(settings.networkPrefix == 26)
        #expect(settings.httpPort == 80)
        #expect(settings.repository(of: try AppName(validating: "web")) == "/var/lib/cairn/repos/web.git")
    }

    @Test func environmentWinsOverTheFile() throws {
        let settings = try HostSettings(
            file: "# a comment\nCAIRN_HTTP_PORT=8080\nCAIRN_NGINX_SUDO=no\n\n", environment: ["CAIRN_HTTP_PORT": "9090"]
        )
        #expect(settings.httpPort == 9090)
        #expect(!settings.nginxNeedsSudo)
    }

    @Test(
        "A bad value is refused by the name of its key",
        arguments: [
            ("CAIRN_ROOT", "relative"), ("CAIRN_ROOT", "/a b"), ("CAIRN_HTTP_PORT", "0"), ("CAIRN_HTTP_PORT", "http"),
            ("CAIRN_NGINX_SUDO", "maybe"), ("CAIRN_NETWORK_PREFIX", "14"), ("CAIRN_NETWORK_PREFIX", "31"),
        ])
    func refuses(key: String, value: String) {
        let error = refusal(.invalidValue) { try HostSettings(environment: [key: value]) }
        #expect(error?.message.contains(key) == true)
    }

    @Test func aTinyPoolIsNoCrash() throws {
        let settings = try HostSettings(
            environment: ["CAIRN_NETWORK_POOL": "10.0.0.0/30", "CAIRN_NETWORK_PREFIX": "30"])
        #expect(settings.networkPrefix == 30)
    }
}
