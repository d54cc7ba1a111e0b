import CairnCore
import Testing

@testable import CairnReceive

@Suite("The call of git")
struct GitCommandTests {
    func command(_ service: GitService) throws -> GitCommand {
        GitCommand(
            service, repository: "/var/lib/cairn/repos/web.git", settings: try HostSettings(), maximumSize: 1000,
            environment: [:])
    }

    @Test func aPushIsBoundAndChecked() throws {
        #expect(
            try command(.receivePack).arguments == [
                "-c", "core.hooksPath=/var/lib/cairn/hooks", "-c", "receive.advertisePushOptions=true",
                "-c", "receive.fsckObjects=true", "-c", "receive.keepAlive=1", "-c", "receive.maxInputSize=1000",
                "-c", "receive.procReceiveRefs=am:refs/heads", "-c", "gc.autoDetach=false", "-c",
                "maintenance.autoDetach=false",
                "receive-pack", "/var/lib/cairn/repos/web.git",
            ])
    }

    @Test func aFetchIsPlain() throws {
        #expect(try command(.uploadPack).arguments == ["upload-pack", "/var/lib/cairn/repos/web.git"])
        #expect(try command(.uploadArchive).arguments == ["upload-archive", "/var/lib/cairn/repos/web.git"])
    }

    @Test func onlyAbsoluteDirectoriesAreSearched() {
        #expect(GitCommand.find("sh", in: "relative::/bin") == "/bin/sh")
        #expect(GitCommand.find("sh", in: "") == nil)
    }
}

@Suite("The environment of a session")
struct SessionEnvironmentTests {
    func variables(_ environment: [String: String]) throws -> [String: String] {
        SessionEnvironment.variables(
            from: environment, settings: try HostSettings(environment: ["CAIRN_ROOT": "/srv/c"]), key: "alice",
            fingerprint: "SHA256:x")
    }

    @Test func onlyWhatIsListedIsKept() throws {
        let hostile = [
            "LC_X": "() { :;}; touch MARKER", "LD_PRELOAD": "/tmp/x.so", "GIT_DIR": "/x", "GIT_SSH_COMMAND": "sh",
            "GIT_CONFIG_COUNT": "1", "BASH_ENV": "/x", "GIT_EXEC_PATH": "/tmp", "IFS": "/", "EDITOR": "vi",
            "GIT_PROTOCOL": "version=2;id",
        ]
        let all = hostile.merging(["PATH": "/usr/bin", "TERM": "xterm", "CAIRN_HTTP_PORT": "8080"]) { $1 }
        #expect(
            try variables(all) == [
                "PATH": "/usr/bin", "TERM": "xterm", "CAIRN_HTTP_PORT": "8080", "CAIRN_ROOT": "/srv/c",
                "HOME": "/srv/c",
                "CAIRN_ACTOR": "alice", "CAIRN_FINGERPRINT": "SHA256:x",
            ])
    }

    @Test func theProtocolVersionIsKept() throws {
        #expect(try variables(["GIT_PROTOCOL": "version=2"])["GIT_PROTOCOL"] == "version=2")
    }

    @Test func whoActsCannotBeSmuggledIn() throws {
        let found = try variables(["CAIRN_ACTOR": "root", "CAIRN_FINGERPRINT": "y", "CAIRN_ROOT": "/x", "HOME": "/x"])
        #expect(found["CAIRN_ACTOR"] == "alice")
        #expect(found["CAIRN_FINGERPRINT"] == "SHA256:x")
        #expect(found["CAIRN_ROOT"] == "/srv/c")
        #expect(found["HOME"] == "/srv/c")
        #expect(found["PATH"]?.isEmpty == false)
    }
}
