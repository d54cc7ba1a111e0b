import DockerEngine
import Testing

@Suite("Containers of a real engine", .needsEngine, .timeLimit(.minutes(3)))
struct RealContainerTests {
    private let engine = RealEngine.client

    @Test func whatTheEngineIs() async throws {
        #expect(try await engine.ping().apiVersion >= .oldest)
        let info = try await engine.info()
        #expect(info.memTotal > 0 && info.ncpu > 0)
        #expect(info.dockerRootDir.hasPrefix("/"))
        #expect(try await engine.version().version == info.serverVersion)
    }

    @Test func lifeOfAContainer() async throws {
        let label = RealEngine.name("label")
        try await RealEngine.withContainer("sleep 60", { $0.labels = [label: "1"] }) { id in
            #expect(try await engine.inspectContainer(id).state.status == .created)
            #expect(try await engine.listContainers(labels: [label]).isEmpty)
            try await engine.startContainer(id)
            try await engine.startContainer(id)
            let listed = try await engine.listContainers(labels: ["\(label)=1"])
            #expect(listed.map(\.id) == [id])
            #expect(listed.first?.state == .running)

            try await engine.pauseContainer(id)
            #expect(try await engine.inspectContainer(id).state.status == .paused)
            try await engine.unpauseContainer(id)
            try await engine.renameContainer(id, to: label)
            try await engine.updateContainer(
                id, ContainerUpdate(restartPolicy: .unlessStopped, memory: 64 << 20, memorySwap: -1))
            let running = try await engine.inspectContainer(label)
            #expect(running.id == id)
            #expect(running.hostConfig.restartPolicy == .unlessStopped)
            #expect(running.hostConfig.memory == 64 << 20)
            #expect(running.state.pid > 0)
            #expect(running.state.startedAt != nil && running.state.finishedAt == nil)
            #expect(try await engine.top(id).processes.isEmpty == false)

            try await engine.restartContainer(id, timeout: 1)
            try await engine.stopContainer(id, timeout: 5, signal: "SIGINT")
            let stopped = try await engine.inspectContainer(id)
            #expect(stopped.state.status == .exited && stopped.state.finishedAt != nil)
            try await engine.stopContainer(id)
        }
        let error = await #expect(throws: EngineError.self) { try await engine.inspectContainer(label) }
        #expect(error?.isNotFound == true)
        #expect(error?.message.contains(label) == true)
    }

    @Test func missingImageAndTakenName() async throws {
        let missing = await #expect(throws: EngineError.self) {
            try await engine.createContainer(ContainerSpec(image: RealEngine.name("image")))
        }
        #expect(missing?.isNotFound == true)
        try await RealEngine.withContainer("true") { id in
            let name = try await engine.inspectContainer(id).name
            let taken = await #expect(throws: EngineError.self) {
                try await engine.createContainer(name: name, ContainerSpec(image: RealEngine.image, cmd: ["true"]))
            }
            #expect(taken?.isConflict == true)
        }
    }

    @Test func waitedForBeforeItStarts() async throws {
        try await RealEngine.withContainer("exit 7") { id in
            let wait = try await engine.beginWait(id, .nextExit)
            try await engine.startContainer(id)
            #expect(try await wait.exitCode() == 7)
            #expect(try await engine.waitContainer(id) == 7)
        }
    }

    @Test func logsKeepTheStreamsApart() async throws {
        try await RealEngine.withContainer("echo one; echo bad >&2; sleep 0.2; echo two") { id in
            try await engine.startContainer(id)
            var followed = Output()
            try await engine.logs(id, LogOptions(follow: true)) { followed.add($0) }
            #expect(followed == Output(out: "one\ntwo\n", err: "bad\n"))
            var last = Output()
            try await engine.logs(id, LogOptions(stderr: false, tail: 1)) { last.add($0) }
            #expect(last == Output(out: "two\n"))
        }
    }

    @Test func terminalLogsAreOneStream() async throws {
        try await RealEngine.withContainer("echo one; echo bad >&2", { $0.tty = true }) { id in
            let wait = try await engine.beginWait(id, .nextExit)
            try await engine.startContainer(id)
            _ = try await wait.exitCode()
            var output = Output()
            try await engine.logs(id) { output.add($0) }
            #expect(output == Output(out: "one\r\nbad\r\n"))
        }
    }

    @Test func attachedBeforeItStartsMissesNothing() async throws {
        let adjust: (inout ContainerSpec) -> Void = {
            $0.openStdin = true
            $0.stdinOnce = true
        }
        try await RealEngine.withContainer("echo ready; cat; echo end >&2; exit 4", adjust) { id in
            let stream = try await engine.attach(id, tty: false, stdin: true)
            let wait = try await engine.beginWait(id, .nextExit)
            try await engine.startContainer(id)
            try await stream.write(Array("hello\n".utf8))
            try await stream.closeWrite()
            #expect(try await stream.inbound.text() == Output(out: "ready\nhello\n", err: "end\n"))
            #expect(try await wait.exitCode() == 4)
        }
    }

    @Test func execWithInputOutputAndStatus() async throws {
        try await RealEngine.withContainer("sleep 60") { id in
            try await engine.startContainer(id)
            let command = ExecSpec(
                cmd: ["sh", "-c", "cat; echo $WHO; pwd; echo bad >&2; exit 3"], env: ["WHO=me"], user: "nobody",
                workingDir: "/tmp", attachStdin: true)
            let exec = try await engine.createExec(id, command)
            let stream = try await engine.startExec(exec)
            #expect(try await engine.inspectExec(exec).running)
            // More than any buffer on the way holds, so that writing and reading must go on together.
            let input = String(repeating: "0123456789abcde\n", count: 65_536)
            async let output = stream.inbound.text()
            try await stream.write(Array(input.utf8))
            try await stream.closeWrite()
            #expect(try await output == Output(out: input + "me\n/tmp\n", err: "bad\n"))
            let end = try await engine.inspectExec(exec)
            #expect(!end.running && end.exitCode == 3)
        }
    }

    @Test func execOnATerminal() async throws {
        try await RealEngine.withContainer("sleep 60") { id in
            try await engine.startContainer(id)
            let exec = try await engine.createExec(
                id, ExecSpec(cmd: ["sh", "-c", "read x; stty size"], tty: true, attachStdin: true))
            let stream = try await engine.startExec(exec, tty: true)
            try await engine.resizeExec(exec, height: 33, width: 99)
            try await stream.write(Array("\n".utf8))
            #expect(try await stream.inbound.text() == Output(out: "\r\n33 99\r\n"))
        }
    }

    @Test func execNeedsARunningContainer() async throws {
        try await RealEngine.withContainer("true") { id in
            let error = await #expect(throws: EngineError.self) {
                try await engine.createExec(id, ExecSpec(cmd: ["true"]))
            }
            #expect(error?.isConflict == true)
        }
    }

    @Test func eventsOfOneLabel() async throws {
        let label = RealEngine.name("label")
        let events = try await engine.events(filters: ["label": [label], "type": ["container"]])
        let id = try await RealEngine.withContainer("exit 3", { $0.labels = [label: "1"] }) { id in
            let wait = try await engine.beginWait(id, .nextExit)
            try await engine.startContainer(id)
            _ = try await wait.exitCode()
            return id
        }
        var actions: [String] = []
        for try await event in events {
            #expect(event.actorID == id)
            actions.append(event.action)
            if event.action == "die" { #expect(event.attributes["exitCode"] == "3") }
            if event.action == "destroy" { break }
        }
        #expect(actions == ["create", "start", "die", "destroy"])
    }

    @Test func cancelledFollowersEnd() async throws {
        try await RealEngine.withContainer("echo ready; sleep 60") { id in
            try await engine.startContainer(id)
            let (seen, saw) = AsyncStream<Void>.makeStream()
            let follower = Task {
                try await engine.logs(id, LogOptions(follow: true)) { _ in saw.yield() }
            }
            for await _ in seen { break }
            follower.cancel()
            let error = await #expect(throws: EngineError.self) { try await follower.value }
            #expect(error?.kind == .cancelled)
        }
    }

    @Test func commitMakesAnImage() async throws {
        let name = RealEngine.name("image")
        try await RealEngine.withContainer("echo hello > /greeting") { id in
            try await engine.startContainer(id)
            _ = try await engine.waitContainer(id)
            let image = try await engine.commitContainer(
                id, repo: name, tag: "v1", changes: [#"CMD ["cat", "/greeting"]"#])
            try await RealEngine.cleaning {
                try await engine.removeImage("\(name):v1", force: true)
            } after: {
                #expect(try await engine.inspectImage("\(name):v1").id == image)
                #expect(try await engine.inspectImage(image).config.cmd == ["cat", "/greeting"])
                try await engine.tagImage(image, repo: name, tag: "v2")
                let tags = try await engine.listImages(filters: ["reference": [name]]).flatMap(\.repoTags)
                #expect(tags.sorted() == ["\(name):v1", "\(name):v2"])
                try await engine.removeImage("\(name):v2")
            }
        }
    }
}
