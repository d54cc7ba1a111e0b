import CairnCore
import CairnNginx
import Testing

@Suite("nginx:set")
struct NginxSettingsTests {
    @Test func defaultsAreTheReferences() {
        let settings = NginxSettings()
        #expect(settings[.clientMaxBodySize] == "1m")
        #expect(settings[.proxyReadTimeout] == "60s")
        #expect(settings[.keepaliveTimeout] == "75s")
        #expect(settings[.hstsMaxAge] == "15724800")
        #expect(settings[.bindAddressIPv6] == "::")
        #expect(settings[.xForwardedForValue] == "$remote_addr")
        #expect(NginxSettings.Key.allCases.count == 28)
    }

    @Test func everyDefaultIsAValueOfItsKey() throws {
        for key in NginxSettings.Key.allCases { _ = try NginxSetting(validating: key.rawValue, key.defaultText) }
    }

    @Test func emptyValueIsTheDefault() throws {
        let settings = try NginxSettings(["client-max-body-size": "", "send-timeout": "5m"])
        #expect(!settings.isSet(.clientMaxBodySize) && settings[.clientMaxBodySize] == "1m")
        #expect(settings.isSet(.sendTimeout) && settings[.sendTimeout] == "5m")
    }

    @Test(arguments: [
        ("client-max-body-size", "20m"), ("client-max-body-size", "0"), ("proxy-buffers", "16 8k"),
        ("proxy-buffering", "off"),
        ("proxy-read-timeout", "500ms"), ("proxy-read-timeout", "120"), ("hsts", "false"),
        ("bind-address-ipv4", "10.0.0.1"),
        ("bind-address-ipv6", "2001:db8::1"), ("access-log-path", "off"),
        ("access-log-path", "/var/log/nginx/web-access.log"),
        ("access-log-format", "combined"), ("x-forwarded-for-value", "$proxy_add_x_forwarded_for"),
        ("proxy-keepalive", "16"),
    ])
    func valuesTheReferenceTakes(key: String, value: String) throws {
        #expect(try NginxSetting(validating: key, value).text == value)
    }

    @Test(arguments: NginxSettings.Key.allCases)
    func noValueEndsADirective(key: NginxSettings.Key) {
        let hostile = [
            "60s; return 200 x", "60s;", "1m\n}", "on}", "{", "\"", "'", "#", "$host", "${host}", "\\", "a b", "\u{0}",
            "\t",
            "$http_cookie", "/etc/cron.d/x", "/var/log/nginx/../../etc/x.log", "/var/log/nginx/.log",
            "syslog:server=1.2.3.4", "\r",
            "99999999999999999999", "-1", "1e9", "٣", "60 s", " ", "load_module",
        ]
        for value in hostile {
            let error = #expect(throws: CairnError.self) { try NginxSetting(validating: key.rawValue, value + ";") }
            #expect(error?.code == .invalidValue)
            guard let setting = try? NginxSetting(validating: key.rawValue, value) else { continue }
            let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:")
            #expect(setting.text.allSatisfy { allowed.contains($0) }, "\(key.rawValue) takes '\(value)'")
        }
    }

    @Test func errorNamesKeyAndWhatItTakes() {
        let error = #expect(throws: CairnError.self) { try NginxSetting(validating: "hsts", "maybe") }
        #expect(error?.message == "'maybe' is not a value of the nginx setting hsts")
        #expect(error?.hint == "Write one of: true, false.")
        let unknown = #expect(throws: CairnError.self) { try NginxSettings(["proxy-foo": "1"]) }
        #expect(unknown?.message == "'proxy-foo' is not an nginx setting")
    }
}
