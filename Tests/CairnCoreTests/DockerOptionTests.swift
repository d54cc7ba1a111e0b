import Testing
@testable import CairnCore

@Suite("Options of docker")
struct DockerOptionTests {
    @Test("The meaning of each form", arguments: Forms.all)
    func meaning(line: String, settings: [DockerSetting]) throws {
        #expect(try DockerOption.parse(line: line, for: [.deploy]).map(\.setting) == settings)
    }

    @Test("What is refused, each with the option's name", arguments: Forms.refused)
    func refused(line: String) {
        let error = #expect(throws: CairnError.self) { try DockerOption.parse(line: line, for: [.deploy]) }
        #expect(error?.code == .invalidValue)
        #expect(error?.message.isEmpty == false)
    }

    @Test("Nothing is expanded, and words are split by quotes only")
    func quoting() throws {
        let options = try DockerOption.parse(line: #"--env 'A=$(id) `id` $HOME' -eB="two words" "#, for: [.run])
        #expect(
            options.map(\.setting) == [
                .environment(try ConfigKey(validating: "A"), "$(id) `id` $HOME"),
                .environment(try ConfigKey(validating: "B"), "two words"),
            ])
        #expect(options.map(\.description) == ["--env 'A=$(id) `id` $HOME'", "-e 'B=two words'"])
        for option in options {
            #expect(try DockerOption.parse(line: option.description, for: [.run]) == [option])
        }
    }

    @Test("Options are equal that mean the same, however they were written")
    func equality() throws {
        let options = try DockerOption.parse(line: "-v /a:/b --volume=/a:/b --volume /a:/b", for: [.deploy])
        #expect(Set(options).count == 1)
        #expect(options.map(\.description) == ["-v /a:/b", "--volume=/a:/b", "--volume /a:/b"])
    }

    @Test("Options of a build are for builds, and those of containers may be given to both")
    func phases() throws {
        #expect(throws: CairnError.self) { try DockerOption.parse(line: "--no-cache", for: [.build, .deploy]) }
        #expect(throws: CairnError.self) { try DockerOption.parse(line: "--network host", for: [.deploy]) }
        let build = try DockerOption.parse(line: "--no-cache --network host --link a:b", for: [.build])
        #expect(build.map { $0.phases.contains(.build) } == [true, true, false])
        #expect(try DockerOption.parse(line: "--link a:b", for: Set(DockerPhase.allCases)).count == 1)
    }

    @Test("Words of a command line are options, or lines of them")
    func arguments() throws {
        let options = try DockerOption.parse(
            arguments: ["--env", "A=one two", "--memory=1g --init", "-p", "80:80"], for: [.deploy])
        #expect(options.map(\.name) == ["--env", "--memory", "--init", "--publish"])
    }

    @Test("A list of phases")
    func phaseList() throws {
        #expect(try DockerPhase.list(parsing: "build,run") == [.build, .run])
        #expect(throws: CairnError.self) { try DockerPhase.list(parsing: "build,") }
        #expect(throws: CairnError.self) { try DockerPhase.list(parsing: "all") }
    }
}

private enum Forms {
    static let all: [(String, [DockerSetting])] = [
        ("-v /srv/data:/data:ro", [.bind("/srv/data:/data:ro")]),
        ("--volume data:/data", [.bind("data:/data")]),
        (
            "-v /cache",
            [.mount(DockerMount(kind: .volume, source: "", target: "/cache", isReadOnly: false, options: ""))]
        ),
        (
            "--mount type=bind,src=/a,dst=/b,readonly",
            [.mount(DockerMount(kind: .bind, source: "/a", target: "/b", isReadOnly: true, options: ""))]
        ),
        (
            "--mount type=tmpfs,destination=/t,tmpfs-size=1m,tmpfs-mode=1770",
            [
                .mount(
                    DockerMount(
                        kind: .tmpfs, source: "", target: "/t", isReadOnly: false, options: "size=1048576,mode=1770"))
            ]
        ),
        ("--tmpfs /run:size=64m,noexec", [.temporaryFiles("/run", "size=64m,noexec")]),
        (
            "--link dokku.postgres.db:dokku-postgres-db",
            [.link(DockerLink(container: "dokku.postgres.db", alias: "dokku-postgres-db"))]
        ),
        ("--link db", [.link(DockerLink(container: "db", alias: "db"))]),
        ("--network shared --network-alias me", [.network("shared"), .networkAlias("me")]),
        ("--add-host db:10.0.0.1 --add-host h:host-gateway", [.addHost("db:10.0.0.1"), .addHost("h:host-gateway")]),
        ("--dns 9.9.9.9 --dns-search example.com", [.nameServer("9.9.9.9"), .searchDomain("example.com")]),
        (
            "-p 127.0.0.1:8080:80/udp",
            [.publish(DockerPort(containerPort: 80, proto: "udp", hostAddress: "127.0.0.1", hostPort: 8080, count: 1))]
        ),
        (
            "-p8000-8002:9000-9002 -p 70",
            [
                .publish(DockerPort(containerPort: 9000, proto: "tcp", hostAddress: "", hostPort: 8000, count: 3)),
                .publish(DockerPort(containerPort: 70, proto: "tcp", hostAddress: "", hostPort: nil, count: 1)),
            ]
        ),
        ("--label a.b=c=d --label bare", [.label("a.b", "c=d"), .label("bare", "")]),
        (
            "-m 512m --memory-swap=-1 --memory-reservation 1.5g --shm-size 64KiB",
            [.memory(512 << 20), .memorySwap(-1), .memoryReservation(1536 << 20), .sharedMemory(64 << 10)]
        ),
        (
            "--cpus 1.5 --cpu-shares 512 --pids-limit 100",
            [.processors(1_500_000_000), .processorShares(512), .processes(100)]
        ),
        (
            "--ulimit nofile=1024:2048 --ulimit core=-1",
            [
                .limit(DockerLimit(name: "nofile", soft: 1024, hard: 2048)),
                .limit(DockerLimit(name: "core", soft: -1, hard: -1)),
            ]
        ),
        ("--cap-add NET_ADMIN --cap-drop=ALL", [.addCapability("NET_ADMIN"), .dropCapability("ALL")]),
        (
            "--device /dev/fuse:/dev/f:rw",
            [.device(DockerDevice(hostPath: "/dev/fuse", containerPath: "/dev/f", permissions: "rw"))]
        ),
        (
            "--security-opt no-new-privileges --security-opt seccomp=unconfined",
            [.securityOption("no-new-privileges"), .securityOption("seccomp=unconfined")]
        ),
        ("--sysctl net.core.somaxconn=1024", [.kernelParameter("net.core.somaxconn", "1024")]),
        (
            "-u www-data:www -w /srv --hostname box",
            [.user("www-data:www"), .workingDirectory("/srv"), .hostname("box")]
        ),
        ("--entrypoint '' --init --read-only=false", [.entrypoint(""), .initProcess(true), .readOnly(false)]),
        ("--restart=on-failure:3", [.restart(.onFailure(maximumRetries: 3))]),
        ("--log-driver journald --log-opt tag=web", [.logDriver("journald"), .logOption("tag", "web")]),
        ("--stop-signal SIGINT --stop-timeout 5", [.stopSignal("SIGINT"), .stopTimeout(5)]),
        (
            "--health-cmd 'curl -f localhost' --health-interval 1m30s --health-retries 2",
            [.health(.command("curl -f localhost")), .health(.interval(.seconds(90))), .health(.retries(2))]
        ),
        (
            #"--gpus all --gpus 2 --gpus '"device=0,1"'"#,
            [.graphics(.all), .graphics(.count(2)), .graphics(.devices(["0", "1"]))]
        ),
        ("", []), ("  \t ", []),
    ]

    static let refused = [
        "--env-file /etc/shadow", "--frobnicate", "words", "-v", "-v ../a:/b", "-v /a:b", "-v /a:/b:what",
        "-v /a/../b:/c",
        "-v ~:/x", "--mount type=bind,target=/b", "--mount type=npipe,source=/a,target=/b", "--mount source=/a",
        "--mount type=tmpfs,source=/a,target=/b", "--tmpfs run", "--tmpfs /run:size=1m;rm", "--link :a", "--link a:",
        "--link 'a b:c'", "--network host", "--network none", "--network container:x", "--network a/b",
        "--add-host a", "--add-host a:b:c", "--dns example", "-p 0:80", "-p 80:70000", "-p 1.2.3:80:80",
        "-p 80-81:80", "-p a:80", "--memory much", "--memory -1", "--memory 1e3", "--cpus 0", "--cpus x",
        "--ulimit nofile", "--ulimit nofile=a", "--cap-add 'A B'", "--device fuse", "--device /dev/a:/dev/b:xyz",
        "--security-opt seccomp=/etc/profile.json", "--restart sometimes", "--stop-timeout -1", "--stop-signal 'a b'",
        "--health-interval soon", "--health-retries 0", "--gpus some", "--init maybe", "--init=maybe", "--env 1A=b",
        "--env ''", "--no-cache", "--build-arg A=b", "--rm", "-it", "--name x", "--ip 10.0.0.1", "-P", "--", "-",
        "--env 'A=b", "--hostname a;b",
    ]
}
