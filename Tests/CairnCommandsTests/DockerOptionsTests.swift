import CairnCore
import CairnStore
import Testing
@testable import CairnCommands

@Suite("docker-options:*")
struct DockerOptionsTests {
    let host: TestHost
    init() throws {
        host = try TestHost()
        try host.app("web")
    }

    @Test func storesOptionsSortedAndOnce() async throws {
        #expect(await host.run("docker-options:add", "web", "build", "--target", "final", "--no-cache") == 0)
        #expect(await host.run("docker-options:add", "web", "build", "--build-arg 'KEY=a b'", "--no-cache") == 0)
        #expect(await host.run("docker-options:add", "web", "build", "--build-arg=OTHER") == 0)
        #expect(await host.run("docker-options:list", "--phase", "build", "web") == 0)
        #expect(host.lines == ["--build-arg 'KEY=a b'", "--build-arg=OTHER", "--no-cache", "--target final"])
        #expect(
            try host.store.property("docker-options", "build", in: .app(AppName(validating: "web")))
                == "--build-arg 'KEY=a b'\n--build-arg=OTHER\n--no-cache\n--target final")
        #expect(await host.run("docker-options:remove", "web", "build", "--target final") == 0)
        #expect(await host.run("docker-options:report", "web", "--docker-options-build") == 0)
        #expect(host.lines == ["--build-arg 'KEY=a b' --build-arg=OTHER --no-cache"])
        #expect(await host.run("docker-options:clear", "web") == 0)
        #expect(await host.run("docker-options:list", "--phase", "build", "web") == 0)
        #expect(host.output.isEmpty)
    }

    @Test("Options of several phases, and of a process type")
    func phases() async throws {
        #expect(await host.run("docker-options:add", "web", "build,deploy,run", "--link db:friend") == 0)
        #expect(
            await host.run("docker-options:add", "--process", "worker", "web", "deploy", "-v", "/srv:/srv", "-m=1g")
                == 0)
        #expect(await host.run("docker-options:add", "web", "deploy", "--init", "--process", "worker") == 0)
        #expect(await host.run("docker-options:list", "--phase", "deploy", "--process", "worker", "web") == 0)
        #expect(host.lines == ["--init", "-m 1g", "-v /srv:/srv"])
        for phase in ["build", "deploy", "run"] {
            #expect(await host.run("docker-options:report", "web", "--docker-options-\(phase)") == 0)
            #expect(host.lines == ["--link db:friend"])
        }
        #expect(await host.run("docker-options:report", "web", "--format", "json") == 0)
        #expect(host.output.contains(#""deploy.worker-list":["--init","-m 1g","-v /srv:/srv"]"#))
        // Written otherwise, it is the same option.
        #expect(
            await host.run("docker-options:remove", "--process", "worker", "web", "deploy", "--memory", "1024m") == 0)
        #expect(await host.run("docker-options:clear", "web", "deploy") == 0)
        #expect(await host.run("docker-options:list", "--phase", "deploy", "--process", "worker", "web") == 0)
        #expect(host.output.isEmpty)
        #expect(await host.run("docker-options:list", "--phase", "run", "web") == 0)
        #expect(host.lines == ["--link db:friend"])
    }

    @Test("What is refused", arguments: RefusedOptions.all)
    func refused(words: [String], status: Int32) async throws {
        let dispatcher = Dispatcher(environment: host.environment, console: SilentConsole())
        #expect(await dispatcher.run(["docker-options:add", "web"] + words) == status)
        #expect(try host.store.properties("docker-options", in: .app(AppName(validating: "web"))).isEmpty)
    }

    @Test("Calls that are wrong", arguments: RefusedOptions.calls)
    func wrongCalls(words: [String]) async throws {
        let dispatcher = Dispatcher(environment: host.environment, console: SilentConsole())
        #expect(await dispatcher.run(words) == 2)
    }
}

private enum RefusedOptions {
    static let all: [([String], Int32)] = [
        (["deploy", "-v .:/x"], 1), (["run", "--frobnicate"], 1), (["build,deploy", "--no-cache"], 1),
        (["nope", "--no-cache"], 2), (["deploy", "--env-file", "/etc/shadow"], 1),
        (["deploy", "--network", "host"], 1),
        (["build"], 2), (["build", "--build-arg", "1A=x"], 1), (["deploy", "--env", "A=x\ny"], 1),
        (["build", "--build-arg", "A=x\ny"], 1), (["build", "--target", "a b"], 1), (["build", "--target"], 1),
        (["build", "stray"], 1), (["build", "--no-cache", "yes"], 1), (["run", "--init", "--process", "web"], 2),
        (["deploy", "--init", "--process", "_default_"], 2), (["deploy", "--init", "--process="], 2),
    ]
    static let calls = [
        ["docker-options:list", "web"], ["docker-options:list", "--phase", "all", "web"],
        ["docker-options:remove", "web", "deploy"], ["docker-options:clear", "--process", "web", "web", "run"],
    ]
}
