import CairnCore
import CairnStore
import Testing

@testable import CairnCommands

@Suite("<namespace>:set and <namespace>:report")
struct PropertyTests {
    let host: TestHost
    init() throws {
        host = try TestHost()
        try host.app("web")
    }

    static let namespaces: [any PropertyNamespace.Type] = [
        AppsProperties.self, AppJSONProperties.self, BuilderProperties.self, BuilderDockerfileProperties.self,
        ChecksProperties.self, GitProperties.self, LogsProperties.self, NginxProperties.self, ProxyProperties.self,
        PsProperties.self, ReleasesProperties.self,
    ]

    @Test func everyDefaultIsAValueOfItsSetting() throws {
        for namespace in Self.namespaces {
            for definition in namespace.definitions where !definition.standard.isEmpty {
                #expect(
                    try definition.normalized(definition.standard) == definition.standard,
                    "\(namespace.name) \(definition.key)")
            }
            let keys = namespace.definitions.map(\.key)
            #expect(Set(keys).count == keys.count)
        }
    }

    @Test func everySettingRefusesWhatCouldDoHarm() throws {
        for namespace in Self.namespaces {
            for definition in namespace.definitions {
                for bad in ["a\nb", "a\u{0}b", "\u{1b}[2J"] {
                    #expect(throws: CairnError.self, "\(namespace.name) \(definition.key)") {
                        try definition.normalized(bad)
                    }
                }
            }
        }
    }

    @Test func setShowAndUnset() async throws {
        #expect(await host.run("git:set", "web", "deploy-branch", "release") == 0)
        #expect(host.lines == ["=====> Setting deploy-branch to release"])
        #expect(await host.run("git:set", "--global", "deploy-branch", "trunk") == 0)
        #expect(await host.run("git:report", "web", "--git-computed-deploy-branch") == 0)
        #expect(host.output == "release\n")
        #expect(await host.run("git:set", "web", "deploy-branch") == 0)
        #expect(host.lines == ["=====> Unsetting deploy-branch"])
        #expect(await host.run("git:report", "web", "--format", "json") == 0)
        guard case .object(let report) = try host.json else { return #expect(Bool(false), "an object") }
        #expect(report["deploy-branch"] == "")
        #expect(report["global-deploy-branch"] == "trunk")
        #expect(report["computed-deploy-branch"] == "trunk")
    }

    @Test func wrongCalls() async throws {
        #expect(await host.run("git:set", "web") == 2)
        #expect(await host.run("git:set") == 2)
        #expect(await host.run("git:set", "nope", "deploy-branch", "x") == 20)
        #expect(await host.run("git:set", "web", "nope", "x") == 1)
        #expect(
            host.errorLines.first?.hasPrefix(
                " !     Invalid property specified, valid properties include: deploy-branch, push-max-size, ") == true)
        #expect(await host.run("git:set", "web", "deploy-branch", "a", "b") == 2)
        #expect(await host.run("proxy:set", "--global", "disabled", "true") == 1)
        #expect(host.errorLines.first == " !     Property cannot be specified globally [E-INVALID-VALUE]")
        #expect(await host.run("apps:set", "web", "disable-autocreation", "true") == 1)
        #expect(host.errorLines.first == " !     Property can only be specified globally [E-INVALID-VALUE]")
        #expect(await host.run("proxy:set", "web", "tpye") == 1)
        #expect(try host.store.events().isEmpty)
    }

    @Test("Values that are refused", arguments: RefusedValues.all)
    func refused(command: String, key: String, value: String) async throws {
        #expect(await host.run(command, "web", key, "--", value) == 1)
        #expect(host.errors.contains("[E-INVALID-VALUE]") || host.errors.contains("[E-INVALID-NAME]"))
        #expect(host.errorLines.count > 1)
    }

    @Test func reportOfEveryApp() async throws {
        try host.app("api")
        #expect(await host.run("checks:report", "--format=json") == 0)
        #expect(host.lines.count == 2)
        #expect(host.lines.first?.contains("\"app\":\"api\"") == true)
        #expect(await host.run("checks:report", "--checks-computed-wait-to-retire") == 0)
        #expect(host.lines == ["60", "60"])
        #expect(await host.run("checks:report", "--global", "--format", "json") == 0)
        #expect(
            try host.json == [
                "computed-startup-timeout": "60", "computed-wait-to-retire": "60", "global-startup-timeout": "",
                "global-wait-to-retire": "",
            ])
    }

    @Test func wrongReports() async throws {
        #expect(await host.run("git:report", "web", "--git-nope") == 2)
        #expect(host.errors.contains("Invalid flag passed, valid flags: --git-archive-max-files, "))
        #expect(await host.run("git:report", "web", "--git-sha", "--format", "json") == 2)
        #expect(await host.run("git:report", "web", "--git-sha", "--git-deploy-branch") == 2)
        #expect(await host.run("git:report", "web", "other") == 2)
        #expect(await host.run("git:report", "web", "--global") == 2)
        #expect(await host.run("git:report", "nope") == 20)
    }

    @Test func everyReportIsJSON() async throws {
        for namespace in [
            "apps", "app-json", "builder", "builder-dockerfile", "certs", "checks", "docker-options", "domains",
            "git", "nginx", "ports", "proxy",
        ] {
            for scope in ["web", "--global"] {
                #expect(await host.run("\(namespace):report", scope, "--format", "json") == 0, "\(namespace)")
                guard case .object(let members) = try host.json else {
                    Issue.record("\(namespace):report is no object")
                    continue
                }
                for (key, value) in members { #expect(isText(value), "\(namespace):report \(key)") }
            }
        }
    }
}

/// A text, or a list of texts where a value is one of options.
private func isText(_ value: JSONValue) -> Bool {
    switch value {
    case .string: true
    case .array(let values): values.allSatisfy(isText)
    default: false
    }
}

private enum RefusedValues {
    static let all: [(String, String, String)] = [
        ("git:set", "deploy-branch", "a..b"), ("git:set", "deploy-branch", "-x"), ("git:set", "deploy-branch", "a b"),
        ("git:set", "push-max-size", "-1"), ("git:set", "rev-env-var", "A B"), ("git:set", "source-image", "a b"),
        ("checks:set", "wait-to-retire", "soon"), ("nginx:set", "hsts", "maybe"),
        ("nginx:set", "client-max-body-size", "1m; evil"), ("builder:set", "selected", "nope"),
        ("builder:set", "build-dir", "/etc"), ("builder-dockerfile:set", "dockerfile-path", "../Dockerfile"),
        ("app-json:set", "appjson-path", "a//b"), ("proxy:set", "proxy-port", "0"), ("proxy:set", "type", "caddy"),
    ]
}
