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
        #expect(await host.run("docker-options:add", "web", "build", "--build-arg KEY=a b", "--no-cache") == 0)
        #expect(await host.run("docker-options:add", "web", "build", "--build-arg=OTHER") == 0)
        #expect(await host.run("docker-options:list", "web") == 0)
        #expect(host.lines == ["--build-arg KEY=a b", "--build-arg OTHER", "--no-cache", "--target final"])
        #expect(
            try host.store.property("docker-options", "build", in: .app(AppName(validating: "web")))
                == "--build-arg KEY=a b\n--build-arg OTHER\n--no-cache\n--target final")
        #expect(await host.run("docker-options:remove", "web", "build", "--target final") == 0)
        #expect(await host.run("docker-options:report", "web", "--docker-options-build") == 0)
        #expect(host.lines == ["--build-arg KEY=a b --build-arg OTHER --no-cache"])
        #expect(await host.run("docker-options:clear", "web") == 0)
        #expect(await host.run("docker-options:list", "web") == 0)
        #expect(host.output.isEmpty)
    }

    @Test("What is refused", arguments: RefusedOptions.all)
    func refused(words: [String], status: Int32) async throws {
        let dispatcher = Dispatcher(environment: host.environment, console: SilentConsole())
        #expect(await dispatcher.run(["docker-options:add", "web"] + words) == status)
        #expect(try host.store.properties("docker-options", in: .app(AppName(validating: "web"))).isEmpty)
    }
}

private enum RefusedOptions {
    static let all: [([String], Int32)] = [
        (["deploy", "-v /:/x"], 1), (["run", "--privileged"], 1), (["build,deploy", "--no-cache"], 1),
        (["nope", "--no-cache"], 2),
        (["build"], 2), (["build", "--network", "host"], 1), (["build", "--build-arg", "1A=x"], 1),
        (["build", "--build-arg", "A=x\ny"], 1), (["build", "--target", "a b"], 1), (["build", "--target"], 1),
        (["build", "stray"], 1), (["build", "--no-cache", "yes"], 1),
    ]
}
