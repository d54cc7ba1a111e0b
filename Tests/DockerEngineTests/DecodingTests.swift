import CairnTestSupport
import DockerEngine
import Testing

/// Answers as engines of several versions write them, with what they leave out or set to null.
@Suite("Answers of the engine")
struct DecodingTests {
    private func fetch<Value>(
        _ json: String, _ call: (EngineClient) async throws -> Value
    ) async throws -> Value {
        try await StubEngine.with(respond: { _ in .json(json) }) { stub in
            try await call(EngineClient(socketPath: stub.socketPath))
        }
    }

    @Test func containerInFull() async throws {
        let json = """
            {"Id":"c1","Name":"/web.1","Created":"2026-01-31T10:20:30.5Z","Image":"sha256:abc","RestartCount":2,
            "State":{"Status":"running","Running":true,"OOMKilled":true,"ExitCode":137,"Pid":42,"Error":"",
            "StartedAt":"2026-01-31T10:20:31.000000001Z","FinishedAt":"0001-01-01T00:00:00Z",
            "Health":{"Status":"unhealthy","FailingStreak":3,"Log":[{"Start":"2026-01-31T11:20:31+01:00","ExitCode":1,"Output":"no"}]}},
            "Config":{"Env":["A=1","A=2","B=x=y"],"Labels":{"app":"web"},"Cmd":["web"],"Entrypoint":null,"Image":"web:1","Hostname":"c1",
            "ExposedPorts":{"80/tcp":{},"53/udp":{}},"Tty":true,"StopSignal":"SIGINT"},
            "HostConfig":{"RestartPolicy":{"Name":"always","MaximumRetryCount":0},"NetworkMode":"net","Binds":null,
            "Memory":1024,"PublishAllPorts":true,"PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]},"Ulimits":null},
            "NetworkSettings":{"IPAddress":"","Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],"53/udp":null},
            "Networks":{"net":{"IPAMConfig":{"IPv4Address":"10.0.0.2"},"Aliases":["web"],"NetworkID":"n1",
            "IPAddress":"10.0.0.2","Gateway":"10.0.0.1","GlobalIPv6Address":"fd00::2"}}},
            "Mounts":[{"Type":"bind","Source":"/a","Destination":"/b","RW":false}]}
            """
        let container = try await fetch(json) { try await $0.inspectContainer("c1") }
        #expect(container.name == "web.1")
        #expect(container.created == EngineTimestamp(seconds: 1_769_854_830, nanoseconds: 500_000_000))
        #expect(container.state.status == .running)
        #expect(container.state.oomKilled)
        #expect(container.state.startedAt == EngineTimestamp(seconds: 1_769_854_831, nanoseconds: 1))
        #expect(container.state.finishedAt == nil)
        #expect(container.state.health?.status == "unhealthy")
        #expect(container.state.health?.log.first?.start == EngineTimestamp(seconds: 1_769_854_831))
        #expect(container.config.value(of: "A") == "2")
        #expect(container.config.value(of: "B") == "x=y")
        #expect(container.config.value(of: "C") == nil)
        #expect(container.config.exposedPorts == ["53/udp", "80/tcp"])
        #expect(container.hostConfig.restartPolicy == .always)
        #expect(container.hostConfig.memory == 1024)
        #expect(container.hostConfig.publishAllPorts)
        #expect(container.config.hostname == "c1")
        #expect(
            container.networks == [
                "net": NetworkEndpoint(
                    ipAddress: "10.0.0.2", fixedIPv4Address: "10.0.0.2", networkID: "n1", aliases: ["web"],
                    gateway: "10.0.0.1", globalIPv6Address: "fd00::2")
            ])
        #expect(
            container.publishedPorts == [.init(containerPort: "80/tcp", hostIP: "0.0.0.0", hostPort: "8080")])
        #expect(container.mounts.first?.isWritable == false)
    }

    @Test func containerWithNextToNothing() async throws {
        let json =
            #"{"Id":"c1","State":{"Status":"strange"},"Config":{},"NetworkSettings":{"Networks":null},"Mounts":null}"#
        let container = try await fetch(json) { try await $0.inspectContainer("c1") }
        #expect(container.state.status == .unknown)
        #expect(container.networks.isEmpty)
        #expect(container.config.cmd.isEmpty)
        #expect(container.config.hostname.isEmpty)
        #expect(!container.hostConfig.publishAllPorts)
    }

    @Test func containerList() async throws {
        let json = """
            [{"Id":"c1","Names":["/web.1","/x/y"],"Image":"web:1","ImageID":"sha256:abc","Command":"web","Created":5,
            "State":"exited","Status":"Exited (0) 2 hours ago","Labels":{"app":"web"},"Ports":[],
            "NetworkSettings":{"Networks":{"net":{"NetworkID":"n1","IPAddress":"10.0.0.2","Aliases":null,"IPAMConfig":null}}}}]
            """
        let list = try await fetch(json) { try await $0.listContainers() }
        #expect(list.map(\.names) == [["web.1", "x/y"]])
        #expect(list[0].state == .exited)
        #expect(list[0].created == EngineTimestamp(seconds: 5))
        #expect(list[0].networks["net"]?.ipAddress == "10.0.0.2")
    }

    @Test func imageOfANewEngineLeavesOutWhatIsEmpty() async throws {
        let json = #"{"Id":"sha256:abc","Created":"2026-01-31T10:20:30Z","Size":7,"Config":{"Env":["PATH=/bin"]}}"#
        let image = try await fetch(json) { try await $0.inspectImage("web:1") }
        #expect(image.repoTags.isEmpty)
        #expect(image.size == 7)
        #expect(image.config.env == ["PATH=/bin"])
        #expect(image.config.exposedPorts.isEmpty)
    }

    @Test func imageOfAnOldEngine() async throws {
        let json = """
            {"Id":"sha256:abc","RepoTags":["web:1"],"RepoDigests":[],"Created":"","Size":7,"VirtualSize":7,
            "ContainerConfig":{"Cmd":["x"]},"Config":{"ExposedPorts":{"5000/tcp":{}},"Cmd":["web"],"Entrypoint":["/e"],
            "WorkingDir":"/app","User":"app","Labels":null,"Volumes":{"/data":{}},
            "Healthcheck":{"Test":["CMD","true"],"Interval":5000000000,"Timeout":0}}}
            """
        let image = try await fetch(json) { try await $0.inspectImage("web:1") }
        #expect(image.created == nil)
        #expect(image.config.cmd == ["web"])
        #expect(image.config.volumes == ["/data"])
        #expect(image.config.healthcheck == Healthcheck(test: ["CMD", "true"], interval: .seconds(5)))
    }

    @Test func imageListHidesThePlaceholderForNoName() async throws {
        let json = #"[{"Id":"1","RepoTags":["<none>:<none>"],"Created":1,"Size":2},{"Id":"2","RepoTags":null}]"#
        let images = try await fetch(json) { try await $0.listImages() }
        #expect(images.map(\.repoTags) == [[], []])
    }

    @Test func network() async throws {
        let json = """
            {"Id":"n1","Name":"net","Driver":"bridge","Scope":"local","Internal":false,"Labels":{},
            "IPAM":{"Driver":"default","Options":null,"Config":[{"Subnet":"10.0.0.0/26","Gateway":"10.0.0.1"}]},
            "Containers":{"c1":{"Name":"web.1","IPv4Address":"10.0.0.2/26","IPv6Address":""}}}
            """
        let network = try await fetch(json) { try await $0.inspectNetwork("n1") }
        #expect(network.pools == [IPAMPool(subnet: "10.0.0.0/26", gateway: "10.0.0.1")])
        #expect(network.containers["c1"]?.ipv4Address == "10.0.0.2/26")
    }

    @Test func execTopPruneAndVolumes() async throws {
        let exec = try await fetch(#"{"Running":true,"ExitCode":null,"Pid":0}"#) { try await $0.inspectExec("x1") }
        #expect(exec.running && exec.exitCode == nil)
        let top = try await fetch(#"{"Titles":["PID","CMD"],"Processes":[["1","sh"]]}"#) { try await $0.top("c1") }
        #expect(top.processes == [["1", "sh"]])
        let pruned = try await fetch(#"{"ImagesDeleted":null,"SpaceReclaimed":0}"#) { try await $0.pruneImages() }
        #expect(pruned.removed.isEmpty)
        let volumes = try await fetch(#"{"Volumes":null,"Warnings":null}"#) { try await $0.listVolumes() }
        #expect(volumes.isEmpty)
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0), ("2000-02-29T23:59:59.25Z", 951_868_799, 250_000_000),
            ("2026-11-23T18:56:43.123456789+02:00", 1795453003, 123_456_789),
        ] as [(String, Int64, Int32)])
    func moments(text: String, seconds: Int64, nanoseconds: Int32) {
        #expect(EngineTimestamp(rfc3339: text) == EngineTimestamp(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(arguments: ["", "0001-01-01T00:00:00Z", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00", "x"])
    func noMoments(text: String) {
        #expect(EngineTimestamp(rfc3339: text) == nil)
    }
}
