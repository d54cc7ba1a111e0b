import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite(
        "A Swift app, with the toolchain from a mirror",
        .enabled("needs a Swift toolchain in PATH") { ToolchainMirror.toolchain != nil })
    struct BuildpackSwift {
        @Test("Pushed, built, and answering; a second push uses the toolchain and the modules of the first")
        func builds() async throws {
            try await TestHost.run { host in
                try await ToolchainMirror.run(on: host) { mirror in
                    let app = try await SampleApp.ofFixture("swift", on: host)
                    try await host.cairn("apps:create", app.name).check()
                    let setting = "SWIFT_DIST_URL=\(mirror.address)"
                    try await host.cairn("config:set", "--no-restart", app.name, setting).check()
                    let first = try await app.push().check()
                    print("--- swift: first push\n\(first.error)")
                    #expect(first.error.contains("Installed Swift \(mirror.version)"))
                    #expect(try await app.get().body == "Hello from Swift")

                    try app.write(["Sources/Hello/Text.swift": "let text2 = \"a change\"\n"])
                    try await app.commit("a change")
                    let second = try await app.push().check()
                    print("--- swift: second push\n\(second.error)")
                    #expect(second.error.contains("Using the toolchain kept from an earlier build"))
                    #expect(try await app.get().body == "Hello from Swift")
                }
            }
        }
    }
}

/// The toolchain that runs the tests, as a release of swift.org.
struct ToolchainMirror {
    let address: String
    let version: String

    /// The directory above `usr/bin/swift`.
    static let toolchain: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        for directory in path.split(separator: ":") {
            let program = URL(fileURLWithPath: "\(directory)/swift").resolvingSymlinksInPath().path
            if program.hasSuffix("/usr/bin/swift-driver") || program.hasSuffix("/usr/bin/swift-frontend") {
                return String(program.split(separator: "/usr/bin/")[0])
            }
        }
        return nil
    }()

    static func run(on host: TestHost, _ body: (ToolchainMirror) async throws -> Void) async throws {
        let toolchain = try #require(toolchain)
        let said = try await host.run(toolchain + "/usr/bin/swift", ["--version"]).check().output
        let version = try #require(said.split(separator: "Swift version ").last?.split(separator: " ").first)
        try await DistributionMirror.run(on: host) { mirror in
            let name = "swift-\(version)-RELEASE-debian12"
            // What the buildpack would remove again anyway need not be packed.
            let ballast = [
                "embedded", "python3*", "liblldb*", "lldb*", "clangd", "docc", "sourcekit-lsp", "wasm*", "*IndexStore*",
            ]
            let sum = try await mirror.pack(
                toolchain + "/usr", as: "\(name).tar.gz", top: "\(name)/usr", leavingOut: ballast)
            try mirror.write("\(name).tar.gz.sha256", sum + "\n")
            try mirror.write("releases.json", #"[{"name": "\#(version)"}]"#)
            try await body(ToolchainMirror(address: mirror.address, version: String(version)))
        }
    }
}
