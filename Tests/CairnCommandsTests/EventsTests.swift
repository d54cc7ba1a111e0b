import CairnCore
import CairnStore
import Foundation
import Testing
@testable import CairnCommands

@Suite("events and logs")
struct EventsTests {
    let host: TestHost
    init() throws { host = try TestHost() }

    @Test func showsTheTimeline() async throws {
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        try host.store.addEvent(
            "deployed", app: AppName(validating: "web"), actor: "anna", "v1\nand \u{1b}more", at: date)
        try host.store.addEvent("key-added", actor: "root", "", at: date)
        #expect(await host.run("events") == 0)
        #expect(
            host.lines == [
                "2023-11-14T22:13:20Z web deployed by anna: v1 and \\x1bmore", "2023-11-14T22:13:20Z key-added by root",
            ])
        #expect(await host.run("events", "web", "--format", "json", "-n", "5") == 0)
        #expect(
            try host.json == [
                [
                    "id": 1, "at": "2023-11-14T22:13:20Z", "app": "web", "kind": "deployed", "actor": "anna",
                    "message": "v1\nand \u{1b}more",
                ]
            ])
        #expect(await host.run("events", "-n", "1") == 0)
        #expect(host.lines.count == 1)
    }

    @Test func findsTheLastLinesOfALog() throws {
        let path = host.root + "/access.log"
        let long = String(repeating: "x", count: 300_000)
        try Data("one\n\(long)\nthree\nfour".utf8).write(to: URL(fileURLWithPath: path))
        var log = try LogFile(path: path)
        #expect(try log.last(10) { _ in true } == ["one", long, "three", "four"])
        #expect(try log.last(1) { $0 != "four" } == ["three"])
        #expect(try log.last(0) { _ in true } == [])
        #expect(try log.newLines() == [])
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("+\nfive\nsi".utf8))
        #expect(try log.newLines() == ["+", "five"])
        try handle.write(contentsOf: Data("x\n".utf8))
        #expect(try log.newLines() == ["six"])
        try handle.truncate(atOffset: 0)
        try handle.seek(toOffset: 0)
        try handle.write(contentsOf: Data("new\n".utf8))
        #expect(try log.newLines() == ["new"])
    }

    @Test func readsARequest() throws {
        let line =
            #"{"time":"T","app":"web","remote":"1.2.3.4","scheme":"http","host":"a.com","method":"GET","uri":"/x","status":200,"bytes":12,"seconds":0.001}"#
        #expect(AccessLogLine.app(of: line) == "web")
        #expect(AccessLogLine(line)?.text == "T 1.2.3.4 200 GET http://a.com/x 12 bytes 0.001 s")
        #expect(AccessLogLine("junk") == nil)
    }

    @Test func aChangeWakesTheWatcher() throws {
        let path = host.root + "/file"
        try Data("a".utf8).write(to: URL(fileURLWithPath: path))
        let watch = try FileWatch(path: path)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.write(contentsOf: Data("b".utf8))
        let isAwake = watch.waitForChange()
        #expect(isAwake)
        #expect(throws: CairnError.self) { _ = try FileWatch(path: host.root + "/nope") }
    }
}
