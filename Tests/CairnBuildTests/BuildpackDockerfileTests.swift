import CairnCore
import Testing

@testable import CairnBuild

@Suite("The Dockerfile of a build by buildpacks")
struct BuildpackDockerfileTests {
    @Test("On Cairn's own stack")
    func ownStack() {
        let dockerfile = BuildpackDockerfile(
            buildImage: "cairn/stack-build:1", runImage: "cairn/stack-run:1",
            buildPackages: ["python3-venv", "gcc", "gcc"], runPackages: [], cacheID: "cairn-x")
        #expect(
            dockerfile.text == """
                FROM cairn/stack-build:1 AS build-packages
                RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
                gcc python3-venv && apt-get clean && rm -rf /var/lib/apt/lists/*

                FROM build-packages AS build
                RUN --mount=type=bind,source=cairn,target=/cairn/in --mount=type=bind,source=source,target=/cairn/source \
                --mount=type=bind,source=buildpacks,target=/cairn/buildpacks \
                --mount=type=cache,id=cairn-x,target=/cache,sharing=locked --mount=type=tmpfs,target=/env \
                ["/cairn/in/bin/build", "/cairn/in", "/cairn/source", "/cairn/buildpacks"]

                FROM cairn/stack-run:1 AS run-packages

                FROM run-packages AS run
                COPY run /
                COPY --from=build --chown=1000:1000 /app /app
                COPY --from=build /cairn/out /cairn/out
                ENV HOME=/app
                WORKDIR /app
                USER 1000:1000
                ENTRYPOINT []
                CMD ["/start", "web"]

                """)
    }

    @Test("Another base is used as root, and gets the user when it has none")
    func otherStack() {
        let stack = BuildStack(stack: "heroku/heroku:24-build", run: nil)
        #expect(stack == BuildStack(buildImage: "heroku/heroku:24-build", runImage: "heroku/heroku:24", isOwn: false))
        #expect(BuildStack(stack: "mine", run: nil).runImage == "mine")
        #expect(BuildStack(stack: "mine-build", run: "other").runImage == "other")
        let text = BuildpackDockerfile(
            buildImage: stack.buildImage, runImage: stack.runImage, cacheID: "c", isOwnStack: false
        ).text
        #expect(text.contains("FROM heroku/heroku:24-build AS build-packages\nUSER root\n"))
        #expect(text.contains("FROM heroku/heroku:24 AS run-packages\nUSER root\n"))
        #expect(text.contains("RUN getent passwd 1000 >/dev/null || useradd --uid 1000 "))
        #expect(text.hasSuffix("USER 1000:1000\nENTRYPOINT []\nCMD [\"/start\", \"web\"]\n"))
    }

    @Test("Authorities are mounted where packages are fetched, and copied nowhere")
    func authorities() {
        let text = BuildpackDockerfile(
            buildImage: "b", runImage: "r", buildPackages: ["x"], runPackages: ["y"], cacheID: "c", hasAuthorities: true
        ).text
        let lines = text.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("RUN --mount=type=bind,source=ca,target=/cairn/ca apt-get ") } == 2)
        #expect(!lines.contains { $0.hasPrefix("COPY") && $0.contains("ca.pem") })
    }

    @Test("Proxies are given in both spellings, and to nobody when there are none")
    func proxies() {
        let settings = ProxySettings([
            "HTTP_PROXY": "http://p:1", "no_proxy": "localhost", "OTHER": "x", "HTTPS_PROXY": "",
        ])
        #expect(
            settings.variables == [
                "HTTP_PROXY": "http://p:1", "http_proxy": "http://p:1", "NO_PROXY": "localhost",
                "no_proxy": "localhost",
            ])
        #expect(ProxySettings([:]).variables.isEmpty)
    }
}

@Suite("What a build by buildpacks prints")
struct BuildpackOutputTests {
    @Test("Lines keep the prefixes that buildpacks give them; the steps around them are one line each")
    func translation() {
        let reporter = RecordingReporter()
        let output = BuildpackOutput(reporter: reporter, titles: ["build-packages": "Packages: gcc"])
        for line in [
            "[build-packages 1/2] FROM cairn/stack-build:1: cached", "[build-packages 2/2] RUN apt-get update",
            "  Get:1 http://deb.debian.org", "  done in 3.0 s", "[build 1/1] RUN --mount=type=bind …",
            "  -----> Python app detected", "         Installing", "  plain", "   !     careful", "  =====> Head",
            "[run-packages 2/2] RUN apt-get: cached", "  Setting up x",
            "[build 1/1] RUN --mount=type=bind … (continued)",
            "  -----> Done", "  done in 4.0 s", "[run 2/4] COPY run /",
        ] { output.detail(line) }
        #expect(
            reporter.lines == [
                "-----> Packages: gcc", "-----> Python app detected", "       Installing", "       plain", " ! careful",
                "=====> Head", "-----> Done",
            ])
    }

    @Test("A build that is taken from the last one says so, and so do packages")
    func cached() {
        let reporter = RecordingReporter()
        let output = BuildpackOutput(reporter: reporter, titles: ["build-packages": "Packages: gcc"])
        output.detail("[build-packages 2/2] RUN apt-get update: cached")
        output.detail("[build 1/1] RUN --mount=type=bind …: cached")
        let expected = ["-----> Packages: gcc: cached", "-----> Nothing has changed: taken from the last build"]
        #expect(reporter.lines == expected)

        // A step may begin before it is known that it is cached.
        let later = RecordingReporter()
        let slow = BuildpackOutput(reporter: later, titles: ["build-packages": "Packages: gcc"])
        for line in ["[build-packages 2/2] RUN apt-get update", "  cached", "[build 1/1] RUN x", "  cached"] {
            slow.detail(line)
        }
        #expect(later.lines == expected)
    }
}

@Suite("Why a build by buildpacks failed")
struct BuildpackFailureTests {
    private func error(_ lines: [String], status: Int, step: String = "[build 1/1] RUN x") -> any Error {
        let failed = BuildFailure.FailedStep(name: step, error: "executor failed: exit code: \(status)", lines: lines)
        let failure = BuildFailure(message: "failed", code: nil, step: failed, frontend: nil)
        return BuildpackFailure(failure: failure, labels: ["cairn/python"]).error
    }

    @Test("The buildpack, and its own last lines")
    func compile() throws {
        let error = try #require(
            error(
                [
                    "       Installing", " !     No such version: 9.9",
                    " !     The buildpack cairn/python failed: its bin/compile ended with status 1",
                ],
                status: 66) as? CairnError)
        #expect(error.code == .buildFailed)
        #expect(error.message == "The buildpack cairn/python failed: its bin/compile ended with status 1")
        #expect(error.evidence == ["       Installing", " !     No such version: 9.9"])
    }

    @Test("Output that was cut off does not hide which buildpack it was")
    func clipped() throws {
        let error = try #require(error(["[output clipped, log limit 1MiB reached]"], status: 66) as? CairnError)
        #expect(error.message == "A buildpack of cairn/python failed")
        #expect(error.evidence == ["[output clipped, log limit 1MiB reached]"])
    }

    @Test("A bin/detect that says no is told apart")
    func refused() throws {
        let refusal = try #require(
            error(["no", " !     App not compatible with buildpack: cairn/python"], status: 65)
                as? BuildpackFailure.NotAccepted)
        #expect(refusal.error.code == .noBuilder)
        #expect(refusal.error.message == "App not compatible with buildpack: cairn/python")
        #expect(refusal.error.evidence == ["no"])
    }

    @Test("The time limit, memory, the disk, and packages")
    func others() throws {
        let late = try #require(error([" !     The buildpack x was stopped"], status: 67) as? CairnError)
        #expect(late.hint?.contains("time-limit") == true)
        let memory = try #require(error(["make: *** [x] Killed"], status: 66) as? CairnError)
        #expect(memory.code == .buildOutOfMemory)
        let disk = try #require(error(["cp: No space left on device"], status: 66) as? CairnError)
        #expect(disk.code == .diskFull)
        let packages = try #require(
            error(["E: Unable to locate package x"], status: 100, step: "[run-packages 2/2] RUN apt") as? CairnError)
        #expect(packages.message == "The packages that cairn/python needs could not be installed")
        #expect(packages.evidence == ["E: Unable to locate package x"])
    }
}
