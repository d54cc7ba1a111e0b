import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Glibc
import Testing

extension HostTests {
    @Suite("When a part of the host fails")
    struct Faults {
        @Test("An engine that is down: a push says so, apps are served, and what needs no engine works")
        func engineDown() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                try host.configure(["CAIRN_ENGINE_SOCKET": host.root + "/nobody.sock"])
                let push = try await app.change(to: "two")
                #expect(push.status != 0)
                #expect(push.error.contains("E-ENGINE-DOWN"))
                #expect(push.error.contains("Still serving: v1"))
                #expect(try await app.get() == ("one web web.1 v1", "200"))
                let report = try await host.ssh("ps:scale web web=2")
                #expect(report.status != 0 && report.error.contains("E-ENGINE-DOWN"), "\(report)")

                #expect(try await host.ssh("apps:list").check().output.contains("web"))
                try await host.ssh("domains:add web www.example.com").check()
                #expect(try await host.request(host: "www.example.com").status == 200)
                try await host.ssh("config:set --no-restart web A=1").check()

                try host.configure(["CAIRN_ENGINE_SOCKET": TestHost.engineSocket])
                try await app.push().check()
                #expect(try await app.get("/").body.hasPrefix("two web web.1 "))
                #expect(try await host.containers(of: "web").count == 2)
            }
        }

        @Test("nginx refuses the host's own configuration: its line is shown, nothing changes, and apps still deploy")
        func nginxRefuses() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let main = host.settings.nginxConfiguration
                let good = try String(contentsOfFile: main, encoding: .utf8)
                let bad = good.replacingOccurrences(of: "http {", with: "http {\n    no_such_directive on;")
                try bad.write(toFile: main, atomically: true, encoding: .utf8)
                let before = try Tree(host)

                let domains = try await host.ssh("domains:add web www.example.com")
                #expect(domains.status != 0)
                #expect(domains.error.contains("E-NGINX-REFUSED"))
                #expect(domains.error.contains("unknown directive \"no_such_directive\""), "\(domains)")
                #expect(try Tree(host) == before)
                #expect(!(try await host.cairn("domains:report", "web").output.contains("www.example.com")))
                #expect(try await host.request(host: "www.example.com").status == 0)

                let other = try await SampleApp("other", on: host)
                let first = try await other.push()
                #expect(first.status != 0)
                #expect(first.error.contains("E-NGINX-REFUSED"))
                #expect(first.error.contains("Nothing of other serves yet"))
                #expect(try await host.containers(of: "other").isEmpty)
                #expect(try Tree(host) == before)
                // A deploy that changes nothing of nginx's does not ask it.
                try await app.change(to: "two").check()
                #expect(try await app.get() == ("two web web.1 v2", "200"))

                try good.write(toFile: main, atomically: true, encoding: .utf8)
                try await other.push().check()
                #expect(try await other.get().status == "200")
                try await host.ssh("domains:add web www.example.com").check()
                #expect(try await host.request(host: "www.example.com").status == 200)
            }
        }

        /// The configuration that nginx runs with or would start with.
        struct Tree: Equatable {
            var files: [String: String] = [:]

            init(_ host: TestHost) throws {
                let root = host.settings.nginxRoot
                for directory in ["", "/apps", "/generations", "/profiles"] {
                    for name in try FileManager.default.contentsOfDirectory(atPath: root + directory)
                    where name.hasSuffix(".conf") {
                        files[directory + "/" + name] = try String(
                            contentsOfFile: "\(root)\(directory)/\(name)", encoding: .utf8)
                    }
                }
            }
        }

        @Test("nginx is down: a push is refused with E-NGINX-DOWN and changes nothing; nginx comes back to what served")
        func nginxDown() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                host.nginx.stop()
                let push = try await app.change(to: "two")
                #expect(push.status != 0)
                #expect(push.error.contains("E-NGINX-DOWN"), "\(push)")
                #expect(push.error.contains("Still serving: v1"), "\(push)")
                let store = try host.store()
                let release = try store.currentRelease(of: store.app(AppName(validating: "web")))
                #expect(release?.version == 1)
                // Stored, and told when it starts.
                let domains = try await host.ssh("domains:add web www.example.com").check()
                #expect((domains.error + domains.output).contains("nginx does not run"), "\(domains)")

                try await host.nginx.start(until: .unixSocket(host.settings.nginxRoot + "/run/control.sock"))
                #expect(try await app.get() == ("one web web.1 v1", "200"))
                #expect(try await host.request(host: "www.example.com").status == 200)
                try await app.push().check()
                #expect(try await app.get().body.hasPrefix("two web web.1 "))
            }
        }

        @Test(
            "A full disk: a push is refused with E-DISK-FULL, the old release serves, and space is all that it takes",
            .enabled("needs root, to mount a small file system") { geteuid() == 0 })
        func diskFull() async throws {
            try await SmallDisk.run(megabytes: 128) { disk in
                try await TestHost.run(in: disk.path) { host in
                    let app = try await SampleApp("web", on: host)
                    try await app.push().check()
                    try app.write(["message": "two\n"])
                    try await app.commit("two")

                    try disk.fill(leaving: 16 << 20)
                    let push = try await app.push()
                    #expect(push.status != 0)
                    #expect(push.error.contains("E-DISK-FULL"))
                    #expect(push.error.contains("Still serving: v1"))
                    #expect(try await app.get() == ("one web web.1 v1", "200"))

                    try disk.fill(leaving: 0)
                    #expect(try await app.push().status != 0)
                    let set = try await host.ssh(
                        "config:set --no-restart web LONG=\(String(repeating: "x", count: 60_000))")
                    #expect(set.status != 0 && set.error.contains("E-DISK-FULL"), "\(set.error)")
                    let domains = try await host.ssh("domains:add web www.example.com")
                    #expect(domains.status != 0 && domains.error.contains("E-DISK-FULL"), "\(domains.error)")
                    #expect(try await app.get() == ("one web web.1 v1", "200"))

                    try disk.empty()
                    try await app.push().check()
                    #expect(try await app.get().body.hasPrefix("two web web.1 "))
                    #expect(try await host.cairn("reconcile", "--plan").check().output.contains("nothing to do"))
                }
            }
        }
    }
}

/// A file system of a fixed size in memory.
struct SmallDisk {
    let path: String
    private var filler: String { path + "/filler" }

    static func run(megabytes: Int, _ body: (SmallDisk) async throws -> Void) async throws {
        let disk = SmallDisk(path: "/tmp/d\(UInt32.random(in: 0x1000...0xFFFFF))")
        try FileManager.default.createDirectory(atPath: disk.path, withIntermediateDirectories: true)
        guard mount("tmpfs", disk.path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            throw TestHostError("no tmpfs can be mounted: \(String(cString: strerror(errno)))")
        }
        defer {
            umount2(disk.path, Int32(MNT_DETACH))
            rmdir(disk.path)
        }
        try await body(disk)
    }

    /// Takes all space but so many bytes.
    func fill(leaving rest: Int) throws {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { throw TestHostError("no file system at \(path)") }
        let taken = (try? FileManager.default.attributesOfItem(atPath: filler)[.size] as? Int) ?? 0
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let size = taken + Int(info.f_bavail) * Int(info.f_frsize) - rest
        guard posix_fallocate(descriptor, 0, size) == 0 else { throw TestHostError("\(path) cannot be filled") }
    }

    func empty() throws { try FileManager.default.removeItem(atPath: filler) }
}
