import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("What buildpacks build in, and pack")
    struct BuildpackStacks {
        @Test("Another stack is used as it is, and its apps do not run as root either")
        func otherStack() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let moody = try await server.publish("moody")
                    let app = try await SampleApp.forBuildpacks("web", on: host)
                    try await host.cairn("buildpacks:set", "web", moody).check()
                    try await host.cairn("buildpacks:set-property", "web", "stack", "debian:bookworm-slim").check()
                    let push = try await app.push().check()
                    #expect(push.error.contains("on the stack debian:bookworm-slim"))
                    #expect(try await app.get().body == "one web web.1 v1")
                    let user = try await app.run("id -un; id -u; pwd").check()
                    #expect(user.lines == ["app", "1000", "/app"])

                    let bad = try await host.cairn("buildpacks:set-property", "web", "stack", "a\nRUN id")
                    #expect(bad.status == 1 && bad.error.contains("E-INVALID-VALUE"))
                    try await host.cairn("buildpacks:set-property", "web", "stack", "cairn.invalid/none:1").check()
                    let missing = try await app.change(to: "two")
                    #expect(missing.status != 0 && missing.error.contains("cairn.invalid/none:1"))
                    #expect(try await app.get().body == "one web web.1 v1")
                }
            }
        }

        @Test("A file without certificates is refused as authorities, and none of it reaches a build")
        func authorities() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp.forBuildpacks(
                    "web", on: host, files: ["Procfile": "web: perl server.pl\n"])
                let file = host.home + "/secret.pem"
                try "-----BEGIN PRIVATE KEY-----\nx\n".write(toFile: file, atomically: true, encoding: .utf8)
                try await host.cairn("buildpacks:set-property", "--global", "ca-certificates", file).check()
                let push = try await app.push()
                #expect(push.status != 0 && push.error.contains("holds no certificates"))
                #expect(try await host.cairn("buildpacks:set-property", "web", "ca-certificates", file).status == 1)
            }
        }

        @Test("A Dockerfile goes first and says so; the selected builder decides; pack is run, or asked for")
        func builders() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let moody = try await server.publish("moody")
                    let app = try await SampleApp.withoutCopies("web", on: host)
                    try await host.cairn("buildpacks:set", "web", moody).check()
                    let first = try await app.push().check()
                    #expect(first.error.contains("so its buildpacks are not used"))
                    #expect(try app.release().content.builder == "dockerfile")
                    try await host.cairn("builder:set", "web", "selected", "herokuish").check()
                    try await host.cairn("ps:rebuild", "web").check()
                    let detected = try await host.cairn("builder:report", "web", "--builder-detected").check()
                    #expect(detected.lines == ["buildpacks"])

                    try await host.cairn("builder:set", "web", "selected", "pack").check()
                    let missing = try await host.cairn("ps:rebuild", "web")
                    #expect(missing.status == 1 && missing.error.contains("E-NO-BUILDER"))
                    #expect(missing.error.contains("https://buildpacks.io"))
                    // pack takes no repositories.
                    try await host.cairn("buildpacks:clear", "web").check()
                    try await withPack(host, app)
                }
            }
        }

        private func withPack(_ host: TestHost, _ app: SampleApp) async throws {
            let pack = try PackStandIn(on: host)
            let built = try await host.cairn("ps:rebuild", "web", environment: pack.environment).check()
            #expect(built.output.contains("===> BUILDING"))
            let release = try app.release()
            // The image is the tests' own base: only this name of it goes.
            try await host.engine.removeImage(release.imageTag)
            #expect(release.content.builder == "pack")
            #expect(release.content.build?.entry == .launcher)
            let arguments = try pack.noted("arguments")
            #expect(arguments.hasPrefix("build cairn/web:") && arguments.contains("--default-process web"))
            let files = try pack.noted("files")
            #expect(files.contains("server.pl") && !files.contains(".git\n"))
        }
    }
}

/// A program in the place of pack: it notes its arguments and the source, and gives a known image the name that it is
/// asked for.
struct PackStandIn {
    private let directory: String
    var environment: [String: String] { ["PATH": directory + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"] }

    init(on host: TestHost) throws {
        directory = host.home + "/programs"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let script = """
            #!/bin/bash
            echo "$@" >\(directory)/arguments
            ls -A "$6" >\(directory)/files
            git -C "$6" log --format=%s >\(directory)/history 2>&1
            echo "===> BUILDING"
            curl --silent --fail --unix-socket "${DOCKER_HOST#unix://}" --request POST \
            "http://engine/images/debian:bookworm-slim/tag?repo=${2%:*}&tag=${2##*:}"

            """
        try script.write(toFile: directory + "/pack", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory + "/pack")
    }

    /// What it has noted when it ran last: its `arguments`, the `files` of the source, the `history` that git sees there.
    func noted(_ name: String) throws -> String {
        try String(contentsOfFile: directory + "/" + name, encoding: .utf8)
    }
}
