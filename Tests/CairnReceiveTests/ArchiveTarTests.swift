import CairnCore
import Testing

@testable import CairnReceive

@Suite("Archives: tar")
struct ArchiveTarTests {
    @Test("Files, modes and links are read; setuid bits are dropped and the one top directory is taken off")
    func plain() async throws {
        var tar = TarSample()
        tar.add("app/", type: "5")
        tar.add("app/run", "#!/bin/sh\n", mode: 0o6755)
        tar.add("app/lib/text", "hello")
        tar.add("app/link", type: "2", link: "lib/text")
        tar.add("app/same", type: "1", link: "app/lib/text")
        #expect(
            try await contents(of: tar.finished) == [
                "run": "755 #!/bin/sh\n", "lib/text": "644 hello", "link": "-> lib/text", "same": "644 hello",
            ])
    }

    @Test("Several tops stay; ./ and double slashes mean nothing; a repository's own files are left out")
    func tops() async throws {
        var tar = TarSample()
        tar.add("./", type: "5")
        tar.add("./a", "1")
        tar.add("./b//c", "2")
        tar.add("./.git/config", "[core]")
        #expect(try await contents(of: tar.finished) == ["a": "644 1", "b/c": "644 2"])
    }

    @Test("Names may be long, and need not be UTF-8")
    func names() async throws {
        let long = String(repeating: "d/", count: 60) + String(repeating: "n", count: 120)
        var tar = TarSample()
        tar.add("x", "")
        let record = " path=\(long)\n"
        let length = record.utf8.count + 3
        tar.add("pax", type: "x", "\(length)\(record)")
        tar.add("short", "long")
        tar.add("././@LongLink", type: "L", long + "2\u{0}")
        tar.add("short", "gnu")
        tar.add([0x66, 0xff, 0xfe], Array("bytes".utf8))
        let found = try await contents(of: tar.finished)
        #expect(found[long] == "644 long")
        #expect(found[long + "2"] == "644 gnu")
        #expect(found["f\u{fffd}\u{fffd}"] == "644 bytes")
        #expect(FastImportStream.quoted([0x66, 0xff, 0x22, 0x0a]) == Array(#""f\377\"\012""#.utf8))
    }

    @Test(
        "Paths and links that lead out of the tree are refused",
        arguments: [
            ("../x", "", "out of it"), ("a/../../x", "", "out of it"), ("/etc/passwd", "", "absolute"),
            ("a/..", "", "out of it"), ("l", "/etc", "out of it"), ("l", "../x", "out of it"),
            ("d/l", "../../x", "out of it"), ("d/l", "x/../../../y", "out of it"), ("l", "", "nowhere"),
            (String(repeating: "d/", count: 300) + "f", "", "too long"),
        ])
    func leadingOut(name: String, link: String, reason: String) async throws {
        var tar = TarSample()
        tar.add("keep", "1")
        if name.utf8.count > 100 { tar.add("././@LongLink", type: "L", name) }
        tar.add(name, type: link.isEmpty && reason != "nowhere" ? "0" : "2", link: link)
        let message = await refusal(of: tar.finished)
        #expect(message?.contains(reason) == true, "\(message ?? "not refused")")
    }

    @Test("Nothing is written through a link, nor below a file, nor out by way of two links")
    func throughLinks() async throws {
        var through = TarSample()
        through.add("keep", "1")
        through.add("out", type: "2", link: "keep")
        through.add("out/passwd", "x")
        #expect(await refusal(of: through.finished)?.contains("through a link") == true)
        var below = TarSample()
        below.add("file", "1")
        below.add("file/x", "2")
        #expect(await refusal(of: below.finished)?.contains("below a file") == true)
        var late = TarSample()
        late.add("d/x", "1")
        late.add("d", type: "2", link: "x")
        #expect(await refusal(of: late.finished)?.contains("same name") == true)
        var two = TarSample()
        two.add("keep", "1")
        two.add("x/y/l", type: "2", link: "../..")
        two.add("a", type: "2", link: "x/y/l/../etc")
        #expect(await refusal(of: two.finished)?.contains("out of it") == true)
        var circle = TarSample()
        circle.add("a", type: "2", link: "b/x")
        circle.add("b", type: "2", link: "a/x")
        #expect(await refusal(of: circle.finished)?.contains("circle") == true)
    }

    @Test("A link that stays in the archive, but not in its one directory, is refused")
    func strippedLink() async throws {
        var tar = TarSample()
        tar.add("top/file", "1")
        tar.add("top/up", type: "2", link: "../elsewhere")
        #expect(await refusal(of: tar.finished)?.contains("out of it") == true)
    }

    @Test("Hard links reach nothing that the archive has not brought before")
    func hardLinks() async throws {
        for target in ["/etc/passwd", "../etc/passwd", "later", "dir"] {
            var tar = TarSample()
            tar.add("dir/", type: "5")
            tar.add("l", type: "1", link: target)
            tar.add("later", "1")
            #expect(await refusal(of: tar.finished) != nil, "\(target)")
        }
    }

    @Test("Devices, pipes, sparse files and unknown kinds are refused", arguments: ["3", "4", "6", "S", "M", "Z"])
    func kinds(type: String) async throws {
        var tar = TarSample()
        tar.add("keep", "1")
        tar.add("odd", type: Character(type))
        #expect(await refusal(of: tar.finished)?.contains("'odd'") == true)
    }

    @Test("Two members of one name are refused, two of a directory are not")
    func duplicates() async throws {
        var tar = TarSample()
        tar.add("a", "1")
        tar.add("./a", "2")
        #expect(await refusal(of: tar.finished)?.contains("same name") == true)
        var directories = TarSample()
        directories.add("d/", type: "5")
        directories.add("d/", type: "5")
        directories.add("d/x", "1")
        directories.add("y", "2")
        #expect(try await contents(of: directories.finished) == ["d/x": "644 1", "y": "644 2"])
    }

    @Test("An archive that ends early, is damaged, or is none, is refused")
    func damaged() async throws {
        var tar = TarSample()
        tar.add("a", String(repeating: "x", count: 2_000))
        #expect(await refusal(of: Array(tar.finished.prefix(1_500)))?.contains("not complete") == true)
        #expect(await refusal(of: tar.bytes)?.contains("not complete") == true)
        var broken = tar.finished
        broken[3] = 0x7a
        #expect(await refusal(of: broken)?.contains("checksum") == true)
        #expect(await refusal(of: Array(repeating: 0x41, count: 2_000)) != nil)
        #expect(await refusal(of: []) == "The archive is empty: nothing has arrived")
        #expect(await refusal(of: [UInt8](repeating: 0, count: 1_024))?.contains("no file") == true)
        #expect(await refusal(of: tar.finished, kind: .zip)?.contains("no zip") == true)
        #expect(await refusal(of: Array(tar.finished.prefix(100)), kind: .tarGzip)?.contains("no tar.gz") == true)
    }

    @Test("The limits hold for what the headers say, before anything is read")
    func limits() async throws {
        var tar = TarSample()
        for index in 0..<5 { tar.add("f\(index)", "x") }
        #expect(
            await refusal(of: tar.finished, limits: ArchiveLimits(files: 4, size: 100))?.contains("4 members") == true)
        #expect(await refusal(of: tar.finished, limits: ArchiveLimits(files: 9, size: 4))?.contains("4 bytes") == true)
        var huge = TarSample()
        huge.add("f", size: 0o77_777_777_777)
        #expect(await refusal(of: huge.finished, limits: ArchiveLimits(files: 9, size: 4))?.contains("4 bytes") == true)
    }
}
