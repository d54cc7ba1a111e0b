import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Buildpacks that mean harm, or are broken")
    struct BuildpackHostile {
        @Test("A detect or release that hangs, or prints without end: one message each, and the old release serves")
        func programs() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let moody = try await server.publish("moody")
                    let app = try await SampleApp.forBuildpacks("web", on: host)
                    try await host.cairn("buildpacks:set", "web", moody).check()
                    try await host.cairn("buildpacks:set-property", "web", "time-limit", "5").check()
                    try await app.push().check()
                    for (mood, message) in [
                        ("detect-hang", "its bin/detect took longer than 5 seconds"),
                        ("detect-shout", "its bin/detect printed more than"),
                        ("release-hang", "its bin/release took longer than 5 seconds"),
                        ("release-shout", "its bin/release printed more than"),
                        ("fill-out", "left more than"),
                    ] {
                        let push = try await app.push(in: mood)
                        #expect(push.status != 0 && push.error.contains(message), "\(mood): \(push.error)")
                        #expect(push.errorBlocks == 1, "\(mood): \(push.error)")
                        #expect(push.error.contains("E-BUILD-FAILED"))
                        #expect(push.error.utf8.count < 4 << 20)
                    }
                    // What a detect leaves running keeps nobody waiting.
                    try await app.push(in: "detect-daemon").check()
                    #expect(try await app.get().body == "one web web.1 v2")
                    try await app.badProcfile()
                }
            }
        }

        @Test("An archive that is a bomb, leads out of its directory or is damaged: one message each")
        func archives() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let app = try await SampleApp.forBuildpacks("web", on: host)
                    try await host.cairn("buildpacks:set", "web", try await server.publishArchive("moody")).check()
                    try await app.push().check()
                    for (name, script) in [
                        ("bomb", "mkdir bin; head -c 600M /dev/zero >bin/compile; tar -cf - bin | gzip -1"),
                        ("traversal", "echo x >x; tar -cf - --transform='s,^x,../../cairn/out/00.yml,' -P x | gzip"),
                        ("damaged", "head -c 1M /dev/urandom >x; tar -cf - x | gzip | head -c 500K"),
                        ("nonsense", "head -c 1M /dev/urandom"),
                    ] {
                        let url = try await server.publishFile(name + ".tgz", madeBy: script)
                        try await host.cairn("buildpacks:set", "--replace", "web", url).check()
                        let push = try await app.change(to: name)
                        let message = "The archive of the buildpack \(url) cannot be unpacked"
                        #expect(push.status != 0 && push.error.contains(message), "\(name): \(push.error)")
                        #expect(push.errorBlocks == 1 && push.error.contains("Still serving: v1"), "\(name)")
                    }
                    #expect(try await app.get().body == "one web web.1 v1")
                }
            }
        }
    }
}

extension Outcome {
    /// How many errors with a code a person was shown.
    var errorBlocks: Int { (output + error).components(separatedBy: " [E-").count - 1 }
}

extension SampleApp {
    /// Pushes a commit that asks the buildpack to fail in some way.
    func push(in mood: String) async throws -> Outcome {
        try write(["mood": mood + "\n"])
        try await commit(mood)
        return try await push()
    }

    /// Names that cannot be: refused before anything is built, and what serves goes on.
    fileprivate func badProcfile() async throws {
        let before = try await get()
        for text in ["we b: perl server.pl\n", "../x: perl server.pl\n", "web perl server.pl\n"] {
            try write(["Procfile": text])
            let push = try await push(in: "well")
            #expect(push.status != 0 && push.error.contains("E-INVALID-FILE"), "\(text): \(push.error)")
            #expect(push.errorBlocks == 1 && !push.error.contains("app detected"), "\(text): \(push.error)")
            #expect(try await get() == before)
        }
    }
}
