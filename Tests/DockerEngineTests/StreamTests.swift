import CairnTestSupport
import DockerEngine
import NIOCore
import Testing

@Suite("Streams of the engine", .timeLimit(.minutes(5)))
struct StreamTests {
    private static let output =
        StubAnswer.frame(1, "one\n") + StubAnswer.frame(2, "bad\n") + StubAnswer.frame(1, "")
        + StubAnswer.frame(1, "two\n")
    private static let chunks = [
        LogChunk(stream: .standardOutput, bytes: Array("one\n".utf8)),
        LogChunk(stream: .standardError, bytes: Array("bad\n".utf8)),
        LogChunk(stream: .standardOutput, bytes: Array("two\n".utf8)),
    ]

    @Test func logsAreTakenApart() async throws {
        let chunks = Mutexed<[LogChunk]>([])
        try await withLogs(tty: false, Self.output) { client, stub in
            let options = LogOptions(
                follow: true, tail: 5, since: EngineTimestamp(seconds: 7, nanoseconds: 5), timestamps: true)
            try await client.logs("c1", options) { chunks.value.append($0) }
            #expect(
                stub.requests.last?.uri
                    == "/v1.41/containers/c1/logs?stdout=1&stderr=1&follow=1&timestamps=1&tail=5&since=7.000000005")
        }
        #expect(chunks.value == Self.chunks)
    }

    @Test func terminalLogsPassUnchanged() async throws {
        let bytes = Mutexed<[UInt8]>([])
        try await withLogs(tty: true, Self.output) { client, _ in
            try await client.logs("c1") { bytes.value += $0.bytes }
        }
        #expect(bytes.value == Self.output)
    }

    @Test func truncatedFrameIsAnError() async throws {
        try await withLogs(tty: false, Self.output.dropLast(2)) { client, _ in
            let error = await #expect(throws: EngineError.self) { try await client.logs("c1") { _ in } }
            #expect(error?.kind == .unreachable)
        }
    }

    @Test func theEnginesOwnErrorInAStreamIsThrown() async throws {
        try await withLogs(tty: false, StubAnswer.frame(3, "log file is gone\n")) { client, _ in
            let error = await #expect(throws: EngineError.self) { try await client.logs("c1") { _ in } }
            #expect(error == EngineError(.failed, "log file is gone"))
        }
    }

    private func withLogs(
        tty: Bool, _ output: some Sequence<UInt8>, _ test: (EngineClient, StubEngine) async throws -> Void
    ) async throws {
        let output = Array(output)
        try await StubEngine.with(respond: { request in
            request.uri.hasSuffix("/json")
                ? .json(#"{"Id":"c1","State":{},"Config":{"Tty":\#(tty)}}"#)
                : .answer(status: 200, headers: [:], body: output)
        }) { stub in
            try await test(EngineClient(socketPath: stub.socketPath), stub)
        }
    }

    @Test func upgradeKeepsWhatComesBehindItsHead() async throws {
        try await StubEngine.with(respond: { _ in .upgrade(output: Self.output) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let stream = try await client.startExec("x1")
            try await stream.closeWrite()
            #expect(try await stream.inbound.collected() == Self.chunks)
            #expect(stub.requests.map(\.line) == ["POST /v1.41/exec/x1/start"])
            #expect(stub.requests[0].body == #"{"Detach":false,"Tty":false}"#)
            #expect(stub.requests[0].headers["upgrade"] == "tcp")
            #expect(stub.requests[0].headers["connection"] == "Upgrade")
        }
    }

    /// What an engine sends of a process that ends at once: head, output and end may come together.
    @Test func anEndBehindTheHeadTakesNothingAway() async throws {
        try await StubEngine.with(respond: { _ in .upgrade(output: Self.output, ends: true) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            for _ in 0..<50 {
                let stream = try await client.startExec("x1")
                #expect(try await stream.inbound.collected() == Self.chunks)
            }
        }
    }

    @Test func bothDirectionsOfAnAttachment() async throws {
        try await StubEngine.with(respond: { _ in .upgrade(output: []) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let stream = try await client.attach("c1", tty: false, stdin: true)
            #expect(stub.requests[0].uri == "/v1.41/containers/c1/attach?stream=1&stdin=1&stdout=1&stderr=1")
            var output = stream.inbound.makeAsyncIterator()
            try await stream.write(Array("hello".utf8))
            #expect(try await output.next()?.bytes == Array("hello".utf8))
            try await stream.closeWrite()
            #expect(try await output.next() == nil)
        }
    }

    @Test func droppedStreamClosesItsConnection() async throws {
        try await StubEngine.with(respond: { _ in .upgrade(output: []) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            _ = try await client.attach("c1", tty: false)
            for await uri in stub.closures where uri.contains("/attach") { break }
        }
    }

    @Test func eventsAreLines() async throws {
        let lines = """
            {"Type":"container","Action":"health_status: healthy","Actor":{"ID":"c1","Attributes":{"app":"web"}},\
            "scope":"local","time":1700000000,"timeNano":1700000000123456789}

            {"status":"pull","Type":"image","Action":"pull","time":5}
            """
        try await StubEngine.with(respond: { _ in .text(lines) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let events = try await client.events(
                since: EngineTimestamp(seconds: 3), filters: ["type": ["container"]])
            let collected = try await events.collected()
            #expect(
                collected == [
                    EngineEvent(
                        type: "container", action: "health_status: healthy", actorID: "c1",
                        attributes: ["app": "web"], timeNano: 1_700_000_000_123_456_789),
                    EngineEvent(type: "image", action: "pull", actorID: "", timeNano: 5_000_000_000),
                ])
            #expect(collected.first?.actionName == "health_status")
            #expect(
                stub.requests.map(\.uri)
                    == ["/v1.41/events?since=3&filters=%7B%22type%22%3A%5B%22container%22%5D%7D"])
        }
    }

    @Test func eventsReachTheReaderBeforeTheStreamEnds() async throws {
        let line = #"{"Type":"network","Action":"create","Actor":{"ID":"n1"}}"# + "\n"
        try await StubEngine.with(respond: { _ in .unfinished(body: Array(line.utf8)) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            var events = try await client.events().makeAsyncIterator()
            #expect(try await events.next()?.actorID == "n1")
        }
    }

    @Test func waitGivesTheExitStatus() async throws {
        try await StubEngine.with(respond: { _ in .json(#"{"StatusCode":137,"Error":null}"#) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let status = try await client.waitContainer("c1", .nextExit)
            #expect(status == 137)
            #expect(stub.requests.map(\.line) == ["POST /v1.41/containers/c1/wait?condition=next-exit"])
        }
    }

    @Test func waitThatFailsSaysWhy() async throws {
        let answer = StubAnswer.json(#"{"StatusCode":0,"Error":{"Message":"removed"}}"#)
        try await StubEngine.with(respond: { _ in answer }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let error = await #expect(throws: EngineError.self) { try await client.waitContainer("c1") }
            #expect(error == EngineError(.failed, "removed"))
        }
    }

    @Test func pullTellsProgressAndFailure() async throws {
        let lines = """
            {"status":"Downloading","progressDetail":{"current":5,"total":10},"progress":"[=> ]","id":"l1"}
            {"errorDetail":{"message":"denied"},"error":"denied"}
            """
        try await StubEngine.with(respond: { _ in .json(lines) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let steps = Mutexed<[PullProgress]>([])
            let error = await #expect(throws: EngineError.self) {
                try await client.pullImage("debian") { steps.value.append($0) }
            }
            #expect(error == EngineError(.failed, "denied"))
            #expect(steps.value == [PullProgress(id: "l1", status: "Downloading", current: 5, total: 10)])
        }
    }

    @Test("A slow reader stops the engine, not fills memory; nothing is lost")
    func backPressure() async throws {
        let big = (0..<400).flatMap { StubAnswer.frame(1, String(repeating: "\($0 % 10)", count: 16_000)) }
        try await withLogs(tty: false, big) { client, _ in
            let count = Mutexed(0)
            try await client.logs("c1") { chunk in
                await Task.yield()
                count.value += chunk.bytes.count
            }
            #expect(count.value == 400 * 16_000)
        }
    }
}
