import CairnTestSupport
import DockerEngine
import Testing

@Suite("Failing calls", .timeLimit(.minutes(5)))
struct FailureTests {
    /// An attempt that was waited out would be a timeout.
    @Test func missingSocketIsNotWaitedFor() async throws {
        let client = EngineClient(socketPath: "/tmp/there-is-no-such-engine.sock")
        let error = await #expect(throws: EngineError.self) { try await client.ping() }
        #expect(error?.kind == .unreachable)
        #expect(
            error?.message
                == "cannot connect to the Docker engine at /tmp/there-is-no-such-engine.sock: there is no such socket")
    }

    @Test func tooLongAPathIsUnreachable() async throws {
        let client = EngineClient(socketPath: "/tmp/" + String(repeating: "a", count: 200))
        let error = await #expect(throws: EngineError.self) { try await client.info() }
        #expect(error?.kind == .unreachable)
    }

    @Test func silentEngineTimesOut() async throws {
        try await StubEngine.with(respond: { _ in .silence }) { stub in
            // The ping that comes first is a call of the other kind, and has all its time.
            let client = EngineClient(
                socketPath: stub.socketPath, deadlines: EngineDeadlines(work: .milliseconds(100)))
            let error = await #expect(throws: EngineError.self) { try await client.startContainer("c1") }
            #expect(error?.kind == .timeout)
            #expect(error?.message == "the Docker engine did not answer POST /containers/c1/start within 0.1 seconds")
        }
    }

    @Test func deadlineCoversTheWholeAnswer() async throws {
        try await StubEngine.with(respond: { _ in .unfinished(body: Array("[".utf8)) }) { stub in
            let client = EngineClient(
                socketPath: stub.socketPath, deadlines: EngineDeadlines(work: .milliseconds(100)))
            let error = await #expect(throws: EngineError.self) {
                try await client.createContainer(ContainerSpec(image: "i"))
            }
            #expect(error?.kind == .timeout)
        }
    }

    @Test func refusalKeepsTheEnginesMessage() async throws {
        try await StubEngine.with(respond: { _ in .refusal(404, "No such container: c1") }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let error = await #expect(throws: EngineError.self) { try await client.inspectContainer("c1") }
            #expect(error?.isNotFound == true)
            #expect(error?.message == "No such container: c1")
            #expect(error?.body == #"{"message":"No such container: c1"}"#)
            #expect(error.map(String.init(describing:)) == "the Docker engine answered 404: No such container: c1")
        }
    }

    @Test func refusalOfAnUpgradeKeepsTheMessageToo() async throws {
        try await StubEngine.with(respond: { _ in .refusal(409, "container c1 is not running") }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let error = await #expect(throws: EngineError.self) { try await client.startExec("x1") }
            #expect(error?.isConflict == true)
            #expect(error?.message == "container c1 is not running")
        }
    }

    @Test func alreadyStartedAndStoppedAreFine() async throws {
        try await StubEngine.with(respond: { _ in .answer(status: 304, headers: [:], body: []) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            try await client.startContainer("c1")
            try await client.stopContainer("c1")
        }
    }

    @Test func brokenConnectionIsUnreachable() async throws {
        try await StubEngine.with(respond: { _ in .broken(body: Array("[]".utf8)) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let error = await #expect(throws: EngineError.self) { try await client.listContainers() }
            #expect(error?.kind == .unreachable)
        }
    }

    @Test func nonsenseIsAProtocolViolation() async throws {
        try await StubEngine.with(respond: { _ in .json("<html>") }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let error = await #expect(throws: EngineError.self) { try await client.listContainers() }
            #expect(error?.kind == .protocolViolation)
            #expect(error?.body == "<html>")
        }
    }

    @Test func cancellingACallClosesItsConnection() async throws {
        try await StubEngine.with(respond: { _ in .silence }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let call = Task { try await client.info() }
            for await _ in stub.arrivals { break }
            call.cancel()
            let error = await #expect(throws: EngineError.self) { try await call.value }
            #expect(error?.kind == .cancelled)
            for await uri in stub.closures where uri == "/v1.41/info" { break }
        }
    }

    @Test func shutdownEndsWhatIsOpen() async throws {
        try await StubEngine.with(respond: { _ in .unfinished(body: []) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let events = try await client.events()
            let reader = Task { try await events.collected() }
            await client.shutdown()
            let error = await #expect(throws: EngineError.self) { try await reader.value }
            #expect(error?.kind == .cancelled)
            let later = await #expect(throws: EngineError.self) { try await client.ping() }
            #expect(later?.kind == .cancelled)
        }
    }
}

@Suite("Version negotiation")
struct NegotiationTests {
    @Test(arguments: [("1.40", "1.40"), ("1.41", "1.41"), ("1.45", "1.45"), ("1.99", "1.51"), ("2.0", "1.51")])
    func olderOfBothIsSpoken(offered: String, spoken: String) async throws {
        try await StubEngine.with(apiVersion: offered, respond: { _ in .json("{}") }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            _ = try await client.info()
            #expect(stub.requests.map(\.uri) == ["/v\(spoken)/info"])
            #expect(try await client.ping().builderVersion == "2")
        }
    }

    @Test(arguments: ["1.39", "", "x"])
    func whatIsTooOldOrNoEngineIsSaid(offered: String) async throws {
        try await StubEngine.with(apiVersion: offered, respond: { _ in .json("{}") }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let error = await #expect(throws: EngineError.self) { try await client.info() }
            #expect(error?.kind == .protocolViolation)
            #expect(stub.requests.isEmpty)
        }
    }
}
