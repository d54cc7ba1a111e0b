import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore
import CairnTestSupport
import Foundation
import Glibc
import Testing
@testable import CairnCommands

@Suite("run")
struct RunTests {
    let host: TestHost
    init() throws { host = try TestHost() }

    @Test func optionsStandBeforeTheAppOrRightBehindIt() throws {
        let before = try RunLine.parse(["-e", "A=b c", "--no-tty", "web", "ls", "-la", "--env", "X=y"]).parts()
        #expect(before.app == "web" && before.command == ["ls", "-la", "--env", "X=y"])
        #expect(before.options.env == ["A=b c"] && before.options.noTty)
        // As the global flag --app leaves it.
        let behind = try RunLine.parse(["web", "--env", "A=-b", "--ttl-seconds", "5", "--", "--help"]).parts()
        #expect(behind.app == "web" && behind.command == ["--help"])
        #expect(behind.options.env == ["A=-b"] && behind.options.ttlSeconds == 5)
        #expect(try RunLine.parse(["web"]).parts().command == [])
        #expect(try RunLine.parse(["web", "tool", "--help"]).parts().command == ["tool", "--help"])
        #expect(throws: CairnError.self) { try RunLine.parse([]).parts() }
        #expect(throws: (any Error).self) { try RunLine.parse(["web", "--nope", "ls"]).parts() }
    }

    @Test func valuesKeepTheirBytesAndWrongOptionsAreRefused() throws {
        var options = try RunOptions.parse([])
        options.env = ["A= b=\"$x\" \n", "B="]
        options.noTty = true
        #expect(try options.options(terminal: true).environment == ["A": " b=\"$x\" \n", "B": ""])
        #expect(try !options.options(terminal: true).terminal)
        options.forceTty = true
        #expect(throws: CairnError.self) { try options.options(terminal: true) }
        options.noTty = false
        #expect(try options.options(terminal: false).terminal)
        options.ttlSeconds = 0
        let error = #expect(throws: CairnError.self) { try options.options(terminal: true) }
        #expect(error?.message == "--ttl-seconds must be a positive integer")
        options.env = ["novalue"]
        #expect(throws: CairnError.self) { try options.options(terminal: true) }
    }

    /// The calls of one run, in the order in which they have to come.
    private static func respond(_ request: StubRequest) -> StubAnswer {
        if request.uri.contains("/containers/create") { return .json(#"{"Id":"one"}"#, status: 201) }
        if request.uri.contains("/attach") {
            return .upgrade(output: StubAnswer.frame(1, "hello\n") + StubAnswer.frame(2, "oops\n"))
        }
        if request.uri.contains("/wait") { return .json(#"{"StatusCode":7}"#) }
        return .noContent
    }

    @Test func aRunAttachesBeforeItStartsAndRemovesAfterwards() async throws {
        try host.deployedApp(
            "web", commands: ["web": "server", "console": "irb -r $LIB"], config: ["LIB": "a b", "K": "old"])
        try await host.withEngine(Self.respond) { engine in
            let status = await host.run(words: ["run", "-e", "K=x y", "web", "console", "--fast"], input: [])
            #expect(status == 7)
            #expect(host.output == "hello\n")
            #expect(host.errors == "-----> Found 'console' in Procfile, running that command\noops\n")
            let calls = engine.requests.map {
                $0.method + " " + ($0.uri.split(separator: "/").last?.split(separator: "?").first ?? "")
            }
            #expect(calls == ["POST create", "POST attach", "POST wait", "POST start", "DELETE one"])
            let body = try JSONValue(parsing: engine.requests[0].body, file: "body")
            #expect(body["Cmd"] == ["irb", "-r", "a", "b", "--fast"])
            guard case .array(let variables) = body["Env"] else { return #expect(Bool(false)) }
            #expect(variables.contains("K=x y") && variables.contains("LIB=a b"))
            #expect(body["HostConfig"]?["AutoRemove"] == true && body["OpenStdin"] == true && body["Tty"] == nil)
            #expect(body["Labels"]?["cairn.kind"] == "run" && body["Labels"]?["cairn.client"] != nil)
        }
    }

    @Test func aContainerThatCannotStartIsRemovedToo() async throws {
        try host.deployedApp("web")
        try await host.withEngine({ request in
            request.uri.contains("/start") ? .refusal(400, "no such program") : Self.respond(request)
        }) { engine in
            #expect(await host.run(words: ["run", "web", "nope"], input: []) == 1)
            #expect(host.errors.contains("no such program"))
            #expect(engine.requests.last?.method == "DELETE")
            #expect(await host.run(words: ["run:detached", "web", "nope"], input: []) == 1)
            #expect(engine.requests.last?.method == "DELETE")
        }
    }

    @Test func detachedPrintsTheNameAndReturns() async throws {
        try host.deployedApp("web")
        try await host.withEngine(Self.respond) { engine in
            #expect(await host.run("run:detached", "--ttl-seconds", "60", "web", "sleep", "9") == 0)
            #expect(host.lines.count == 1 && host.lines[0].contains("web.run."))
            #expect(engine.requests.map(\.method) == ["POST", "POST"])
        }
    }

    @Test func anAppWithoutDeployCannotRun() async throws {
        try host.app("web")
        #expect(await host.run("run", "web", "ls") == 1)
        #expect(host.errors.contains("[E-NOT-DEPLOYED]"))
        #expect(await host.run("run", "nope", "ls") == 20)
        #expect(await host.run("run") == 2)
        #expect(await host.run("run:stop") == 2)
        #expect(await host.run("enter") == 2)
    }

    @Test func theListOfOneOffContainers() async throws {
        try host.deployedApp("web")
        try await host.withEngine({ _ in .containers([5]) }) { engine in
            #expect(await host.run("run:list", "web", "--format", "json") == 0)
            let found = try host.json
            #expect(
                found == [
                    ["name": "c5", "state": "running", "command": "sleep 9", "created_at": "2023-11-14T22:13:20Z"]
                ])
            #expect(await host.run("run:list", "--quiet", "web") == 0)
            #expect(host.lines == ["c5  sleep 9  2023-11-14T22:13:20Z"])
            #expect(await host.run("run:stop", "--container", "c6") == 1)
            #expect(host.errors.contains("There is no one-off container c6"))
            #expect(await host.run("run:stop", "--container", "c5") == 0)
            #expect(engine.requests.last?.line.contains("DELETE") == true)
        }
    }

    @Test func enterFindsTheContainer() async throws {
        try host.deployedApp("web", commands: ["web": "server", "worker": "work"])
        try await host.withEngine({ request in
            if request.uri.contains("/containers/json") { return .containers([1, 2]) }
            if request.uri.hasSuffix("/exec") { return .json(#"{"Id":"e1"}"#, status: 201) }
            if request.uri.hasSuffix("/start") { return .upgrade(output: StubAnswer.frame(1, "in\n")) }
            return .json(#"{"Running":false,"ExitCode":3,"Pid":0,"ContainerID":"c2"}"#)
        }) { engine in
            let status = await host.run(words: ["enter", "web", "worker.1", "--", "ls", "-l"], input: [])
            #expect(status == 3)
            #expect(host.output == "in\n")
            let exec = try #require(engine.requests.first { $0.uri.hasSuffix("/exec") })
            #expect(exec.uri.contains("/containers/c2/exec"))
            #expect(try JSONValue(parsing: exec.body, file: "body")["Cmd"] == ["ls", "-l"])
            #expect(await host.run(words: ["enter", "web", "worker.2"], input: []) == 1)
            #expect(host.errors.contains("No containers found for type 'worker.2'"))
            #expect(await host.run(words: ["enter", "web"], input: []) == 2)
            #expect(host.errors.contains("Available types for app (web): web worker"))
            #expect(await host.run(words: ["enter", "web", "--container-id", "zzzz"], input: []) == 1)
        }
    }
}

@Suite("The caller and the terminal")
struct CallerTests {
    @Test func inputComesAsItIsWantedAndEnds() async throws {
        let pipe = Pipe()
        let caller = Caller(input: pipe.fileHandleForReading.fileDescriptor, outputs: [], signals: [])
        defer { caller.stop() }
        var events = caller.events.makeAsyncIterator()
        try pipe.fileHandleForWriting.write(contentsOf: Data("one".utf8))
        #expect(await events.next() == .input(Array("one".utf8)))
        try pipe.fileHandleForWriting.write(contentsOf: Data("two".utf8))
        caller.wantMore()
        #expect(await events.next() == .input(Array("two".utf8)))
        try pipe.fileHandleForWriting.close()
        caller.wantMore()
        #expect(await events.next() == .endOfInput)
        caller.stop()
        #expect(await events.next() == nil)
    }

    @Test func aReaderThatGoesAwayIsNoticed() async throws {
        let pipe = Pipe()
        let caller = Caller(input: nil, outputs: [pipe.fileHandleForWriting.fileDescriptor], signals: [])
        defer { caller.stop() }
        var events = caller.events.makeAsyncIterator()
        try pipe.fileHandleForReading.close()
        #expect(await events.next() == .gone)
    }

    @Test func aTerminalIsPutBackAsItWas() throws {
        var (master, slave): (Int32, Int32) = (0, 0)
        var size = winsize(ws_row: 33, ws_col: 101, ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&master, &slave, nil, nil, &size) == 0)
        defer {
            close(master)
            close(slave)
        }
        #expect(WindowSize(of: slave) == WindowSize(height: 33, width: 101))
        var before = termios()
        tcgetattr(slave, &before)
        let terminal = try #require(RawTerminal(slave))
        var raw = termios()
        tcgetattr(slave, &raw)
        #expect(raw.c_lflag & UInt32(ECHO | ICANON | ISIG) == 0)
        terminal.restore()
        var after = termios()
        tcgetattr(slave, &after)
        #expect(after.c_lflag == before.c_lflag && after.c_oflag == before.c_oflag && after.c_iflag == before.c_iflag)
        #expect(RawTerminal(-1) == nil)
        #expect(WindowSize(of: -1) == nil)
    }
}

extension TestHost {
    /// For words that a test has in an array.
    func run(words: [String], input: [UInt8]? = nil) async -> Int32 {
        switch words.count {
        case 2: await run(words[0], words[1], input: input)
        case 3: await run(words[0], words[1], words[2], input: input)
        case 4: await run(words[0], words[1], words[2], words[3], input: input)
        case 5: await run(words[0], words[1], words[2], words[3], words[4], input: input)
        default: await run(words[0], words[1], words[2], words[3], words[4], words[5], input: input)
        }
    }
}
