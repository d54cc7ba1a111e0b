import CairnTestSupport
import DockerEngine
import Testing

/// Every call is compared with the bytes the Engine API documents, not with what the client would decode again.
@Suite("Requests to the engine")
struct RequestTests {
    /// Runs `call` against a stub that gives `answer` and returns what it was asked.
    private func requests(
        apiVersion: String = "1.41", answering answer: StubAnswer = .noContent,
        _ call: (EngineClient) async throws -> Void
    ) async throws -> [StubRequest] {
        try await StubEngine.with(apiVersion: apiVersion, respond: { _ in answer }) { stub in
            try await call(EngineClient(socketPath: stub.socketPath))
            return stub.requests
        }
    }

    @Test func createSendsWhatDiffersFromTheDefaults() async throws {
        var spec = ContainerSpec(
            image: "sha256:abc", cmd: ["bin/web", "-p", "5000"], env: ["PORT=5000"], labels: ["app": "web"],
            endpoints: ["net": EndpointSpec(ipv4Address: "10.210.0.2", aliases: ["web.1"])])
        spec.user = "1000"
        spec.exposedPorts = ["5000/tcp"]
        spec.healthcheck = Healthcheck(test: ["NONE"], interval: .milliseconds(1500))
        spec.hostConfig = HostConfig(
            restartPolicy: .onFailure(maximumRetries: 10), init: true, networkMode: "net",
            mounts: [.init(type: "bind", source: "/data", target: "/app/data")], memory: 64 << 20,
            nanoCPUs: 500_000_000)
        spec.hostConfig.portBindings = [.init(containerPort: "5000/tcp", hostIP: "127.0.0.1", hostPort: "8000")]
        let id = Mutexed("")
        let requests = try await requests(answering: .json(#"{"Id":"c1","Warnings":null}"#, status: 201)) { client in
            id.value = try await client.createContainer(name: "web.1", platform: "linux/amd64", spec)
        }
        #expect(id.value == "c1")
        #expect(requests.map(\.line) == ["POST /v1.41/containers/create?name=web.1&platform=linux%2Famd64"])
        #expect(requests[0].headers["content-type"] == "application/json")
        #expect(
            requests[0].body == """
                {"Cmd":["bin/web","-p","5000"],"Env":["PORT=5000"],"ExposedPorts":{"5000/tcp":{}},\
                "Healthcheck":{"Interval":1500000000,"Test":["NONE"]},\
                "HostConfig":{"Init":true,"Memory":67108864,\
                "Mounts":[{"Source":"/data","Target":"/app/data","Type":"bind"}],"NanoCpus":500000000,\
                "NetworkMode":"net","PortBindings":{"5000/tcp":[{"HostIp":"127.0.0.1","HostPort":"8000"}]},\
                "RestartPolicy":{"MaximumRetryCount":10,"Name":"on-failure"}},\
                "Image":"sha256:abc","Labels":{"app":"web"},\
                "NetworkingConfig":{"EndpointsConfig":{"net":{"Aliases":["web.1"],\
                "IPAMConfig":{"IPv4Address":"10.210.0.2"}}}},"User":"1000"}
                """)
    }

    @Test func aBareContainerIsAlmostNothing() async throws {
        let requests = try await requests(apiVersion: "1.40", answering: .json(#"{"Id":"c1"}"#)) { client in
            _ = try await client.createContainer(platform: "linux/amd64", ContainerSpec(image: "debian"))
        }
        #expect(requests.map(\.line) == ["POST /v1.40/containers/create"])
        #expect(requests[0].body == #"{"HostConfig":{},"Image":"debian"}"#)
    }

    @Test func containerActions() async throws {
        let requests = try await requests { client in
            try await client.startContainer("c1")
            try await client.stopContainer("c1", timeout: 30)
            try await client.restartContainer("c1", timeout: 5)
            try await client.killContainer("c1", signal: "SIGTERM")
            try await client.removeContainer("c1", force: true, volumes: true)
            try await client.renameContainer("c1", to: "web.1")
            try await client.updateContainer("c1", ContainerUpdate(restartPolicy: .no, memory: 1 << 20))
            try await client.pauseContainer("c1")
            try await client.unpauseContainer("c1")
            try await client.resizeContainer("c1", height: 24, width: 80)
        }
        #expect(
            requests.map(\.line) == [
                "POST /v1.41/containers/c1/start",
                "POST /v1.41/containers/c1/stop?t=30",
                "POST /v1.41/containers/c1/restart?t=5",
                "POST /v1.41/containers/c1/kill?signal=SIGTERM",
                "DELETE /v1.41/containers/c1?force=1&v=1",
                "POST /v1.41/containers/c1/rename?name=web.1",
                "POST /v1.41/containers/c1/update",
                "POST /v1.41/containers/c1/pause",
                "POST /v1.41/containers/c1/unpause",
                "POST /v1.41/containers/c1/resize?h=24&w=80",
            ])
        #expect(requests[6].body == #"{"Memory":1048576,"RestartPolicy":{"MaximumRetryCount":0,"Name":"no"}}"#)
        #expect(requests.indices.filter { $0 != 6 }.allSatisfy { requests[$0].body.isEmpty })
    }

    @Test(arguments: [
        ("1.41", ["POST /v1.41/containers/c1/kill?signal=SIGUSR1", "POST /v1.41/containers/c1/stop?t=3"]),
        ("1.42", ["POST /v1.42/containers/c1/stop?t=3&signal=SIGUSR1"]),
    ])
    func stopSignalGoesWhereTheEngineTakesIt(apiVersion: String, lines: [String]) async throws {
        let requests = try await requests(apiVersion: apiVersion) { client in
            try await client.stopContainer("c1", timeout: 3, signal: "SIGUSR1")
        }
        #expect(requests.map(\.line) == lines)
    }

    @Test func listsFilter() async throws {
        let requests = try await requests(answering: .json("[]")) { client in
            _ = try await client.listContainers(all: true, labels: ["app=web"], filters: ["status": ["exited"]])
            _ = try await client.listNetworks()
            _ = try await client.listImages(filters: ["dangling": ["true"]])
        }
        #expect(
            requests.map(\.line) == [
                "GET /containers/json?all=1"
                    + "&filters=%7B%22label%22%3A%5B%22app%3Dweb%22%5D%2C%22status%22%3A%5B%22exited%22%5D%7D",
                "GET /v1.41/networks",
                "GET /v1.41/images/json?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D",
            ])
    }

    @Test(arguments: [("1.43", #""CheckDuplicate":true,"#), ("1.44", "")])
    func networkHasARangeAndAUniqueName(apiVersion: String, duplicates: String) async throws {
        let requests = try await requests(apiVersion: apiVersion, answering: .json(#"{"Id":"n1"}"#)) { client in
            let spec = NetworkSpec(
                name: "cairn-web", subnet: "10.210.0.0/26", ipRange: "10.210.0.48/28", gateway: "10.210.0.1",
                labels: ["app": "web"])
            let id = try await client.createNetwork(spec)
            #expect(id == "n1")
        }
        #expect(requests.map(\.line) == ["POST /v\(apiVersion)/networks/create"])
        #expect(
            requests[0].body == """
                {\(duplicates)"Driver":"bridge","IPAM":{"Config":[{"Gateway":"10.210.0.1","IPRange":"10.210.0.48/28",\
                "Subnet":"10.210.0.0/26"}]},"Labels":{"app":"web"},"Name":"cairn-web"}
                """)
    }

    @Test func joiningANetwork() async throws {
        let requests = try await requests { client in
            try await client.connectNetwork("n1", container: "c1", EndpointSpec(aliases: ["db"]))
            try await client.disconnectNetwork("n1", container: "c1", force: true)
            try await client.removeNetwork("n1")
        }
        #expect(
            requests.map(\.line) == [
                "POST /v1.41/networks/n1/connect", "POST /v1.41/networks/n1/disconnect", "DELETE /v1.41/networks/n1",
            ])
        #expect(requests[0].body == #"{"Container":"c1","EndpointConfig":{"Aliases":["db"]}}"#)
        #expect(requests[1].body == #"{"Container":"c1","Force":true}"#)
    }

    @Test func images() async throws {
        let requests = try await requests { client in
            try await client.tagImage("sha256:abc", repo: "cairn/web", tag: "v1")
            try await client.removeImage("localhost:5000/cairn/web:v1", force: true)
            try await client.pullImage("localhost:5000/cairn/web")
            try await client.cancelBuild(id: "b 1")
        }
        #expect(
            requests.map(\.line) == [
                "POST /v1.41/images/sha256%3Aabc/tag?repo=cairn%2Fweb&tag=v1",
                "DELETE /v1.41/images/localhost%3A5000/cairn/web%3Av1?force=1",
                "POST /v1.41/images/create?fromImage=localhost%3A5000%2Fcairn%2Fweb&tag=latest",
                "POST /v1.41/build/cancel?id=b%201",
            ])
    }

    @Test func commitAndExec() async throws {
        let requests = try await requests(answering: .json(#"{"Id":"x1"}"#, status: 201)) { client in
            let changes = ["CMD [\"a\"]", "USER 1"]
            let image = try await client.commitContainer("c1", repo: "web", tag: "v2", changes: changes)
            let exec = try await client.createExec("c1", ExecSpec(cmd: ["ls"], env: ["A=b"], attachStdin: true))
            #expect(image == "x1" && exec == "x1")
        }
        #expect(
            requests.map(\.line) == [
                "POST /v1.41/commit?container=c1&repo=web&tag=v2&changes=CMD%20%5B%22a%22%5D&changes=USER%201",
                "POST /v1.41/containers/c1/exec",
            ])
        #expect(
            requests[1].body == """
                {"AttachStderr":true,"AttachStdin":true,"AttachStdout":true,"Cmd":["ls"],"Env":["A=b"],"Tty":false}
                """)
    }

    @Test func registryCredentialsAreAHeader() async throws {
        let requests = try await requests { client in
            try await client.pullImage(
                "example.com/a@sha256:abc",
                credentials: RegistryCredentials(username: "u", password: "p?>", serverAddress: "example.com"))
        }
        #expect(requests[0].line == "POST /v1.41/images/create?fromImage=example.com%2Fa&tag=sha256%3Aabc")
        // {"password":"p?>","serveraddress":"example.com","username":"u"}
        #expect(
            requests[0].headers["x-registry-auth"]
                == "eyJwYXNzd29yZCI6InA_PiIsInNlcnZlcmFkZHJlc3MiOiJleGFtcGxlLmNvbSIsInVzZXJuYW1lIjoidSJ9")
    }

    @Test("A name that would be another endpoint is never sent", arguments: ["", ".", ".."])
    func namesAreParts(name: String) async throws {
        let requests = try await requests { client in
            await #expect(throws: EngineError.self) { try await client.removeContainer(name) }
            await #expect(throws: EngineError.self) { try await client.inspectImage("a/\(name)/b") }
            let error = await #expect(throws: EngineError.self) { try await client.inspectNetwork(name) }
            #expect(error?.kind == .invalidRequest)
        }
        #expect(requests.isEmpty)
    }
}
