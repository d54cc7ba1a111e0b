import CairnCore
import CairnPlugins
import DockerEngine
import Testing
@testable import CairnDeploy

@Suite("Options in containers")
struct ContainerOptionsTests {
    private func applied(_ line: String, env: [String] = ["A=1", "PORT=5000"]) throws -> ContainerSpec {
        var spec = ContainerSpec(image: "i", env: env, labels: ["cairn.root": "r"])
        spec.hostConfig.logConfig = .init(type: "json-file", config: ["max-size": "10m"])
        spec.endpoints = ["net": EndpointSpec(aliases: ["web"])]
        spec.apply(
            try DockerOption.parse(line: line, for: [.deploy]), config: ["FROM_CONFIG": "yes"], network: "net")
        return spec
    }

    @Test("Variables come from the option or the config, and Cairn's own stay")
    func environment() throws {
        let spec = try applied("-e A=2 -e B=3 -e FROM_CONFIG -e MISSING -e PORT=1")
        #expect(spec.env == ["A=2", "PORT=5000", "B=3", "FROM_CONFIG=yes"])
    }

    @Test("Cairn's labels stay, and an alias is one of the app's own network")
    func names() throws {
        let spec = try applied("--label cairn.root=other --label com.example=1 --network-alias friend")
        #expect(spec.labels == ["cairn.root": "r", "com.example": "1"])
        #expect(spec.endpoints["net"]?.aliases == ["web", "friend"])
    }

    @Test("The last of several counts where there can be one only; lists grow")
    func repetition() throws {
        let host = try applied("--memory 1g --memory 2g --ulimit a=1 --ulimit a=2:3 -v /a:/a -v /b:/b").hostConfig
        #expect(host.memory == 2 << 30)
        #expect(host.ulimits == [.init(name: "a", soft: 2, hard: 3)])
        #expect(host.binds == ["/a:/a", "/b:/b"])
    }

    @Test("Options of a log belong to its driver")
    func logs() throws {
        #expect(
            try applied("--log-opt max-file=3").hostConfig.logConfig
                == .init(type: "json-file", config: ["max-size": "10m", "max-file": "3"]))
        #expect(
            try applied("--log-driver journald --log-opt tag=x").hostConfig.logConfig
                == .init(type: "journald", config: ["tag": "x"]))
    }

    @Test("The engine's own check, ports and graphics")
    func others() throws {
        let spec = try applied("--health-cmd true --health-retries 2 -p 8000-8001:80-81 --gpus all --entrypoint x")
        #expect(spec.healthcheck == Healthcheck(test: ["CMD-SHELL", "true"], retries: 2))
        #expect(spec.hostConfig.portBindings.map(\.hostPort) == ["8000", "8001"])
        #expect(spec.exposedPorts == ["80/tcp", "81/tcp"])
        #expect(spec.hostConfig.deviceRequests == [.init(count: -1, capabilities: [["gpu"]])])
        #expect(spec.entrypoint == ["x"])
        #expect(try applied("--no-healthcheck").healthcheck == Healthcheck(test: ["NONE"]))
    }

    @Test("Tasks take neither ports nor limits, and only copies are restarted")
    func uses() throws {
        let options = try DockerOption.parse(line: "-p 80:80 --memory 1g --restart no -v /a:/a", for: [.deploy])
        let copy = ContainerUse.copy(InstanceName(process: .web, index: 1))
        #expect(options.filter(copy.takes).count == 4)
        #expect(options.filter(ContainerUse.task("release").takes).map(\.name) == ["--volume"])
        #expect(options.filter(ContainerUse.run.takes).map(\.name) == ["--publish", "--memory", "--volume"])
    }

    @Test("An answer is read like what a person writes, and an error names the trigger")
    func answers() throws {
        let answer = PluginAnswer(" --link a:b\n--env X=1 ", to: .dockerArgsDeploy)
        #expect(try answer.options(for: .deploy).map(\.description) == ["--link a:b", "--env X=1"])
        // What has no meaning in a build is passed over there.
        #expect(try PluginAnswer("--link a:b --no-cache", to: .dockerArgsBuild).options(for: .build).count == 1)
        let error = #expect(throws: CairnError.self) {
            try PluginAnswer("--rm", to: .dockerArgsRun).options(for: .run)
        }
        #expect(error?.code == .pluginAnswer)
        #expect(error?.message.contains("'docker-args-run' cannot be used: The option --rm") == true)
        #expect(PluginAnswer("\n \n  first \r\nsecond", to: .builderDetect).firstLine == "first")
        #expect(PluginAnswer(" \n", to: .builderDetect).firstLine == nil)
    }
}
