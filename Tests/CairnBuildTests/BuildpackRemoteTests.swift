import CairnCore
import Foundation
import Glibc
import Testing

@testable import CairnBuild

@Suite("Where buildpacks come from")
struct BuildpackRemoteTests {
    @Test func aServerThatStallsDoesNotStallTheBuild() async throws {
        // The kernel takes the connection, and nobody ever answers.
        let listener = try SilentListener()
        let directory = try SmallApp()
        let repository = BuildpackRepository(
            url: "git://127.0.0.1:\(listener.port)/pack.git", revision: nil, cacheDirectory: directory.path,
            environment: [:], patience: 1, reporter: RecordingReporter())
        let error = await #expect(throws: CairnError.self) { _ = try await repository.tree() }
        #expect(error?.code == .git)
        #expect(error?.evidence.last == "git was stopped: there was no answer within 1 seconds")
    }

    @Test func gitShowsWhatThisHostHasAndAsksNobody() throws {
        let variables = GitAccess(root: "/srv/it's").variables
        #expect(variables["HOME"] == "/srv/it's" && variables["GIT_TERMINAL_PROMPT"] == "0")
        let command = try #require(variables["GIT_SSH_COMMAND"])
        #expect(command.contains("BatchMode=yes"))
        #expect(try ShellWords.split(command).contains("UserKnownHostsFile=/srv/it's/.ssh/known_hosts"))
    }

    @Test func aPasswordInTheAddressIsNotShown() async throws {
        let listener = try SilentListener()
        let directory = try SmallApp()
        listener.close()
        let repository = BuildpackRepository(
            url: "http://ada:geheim@127.0.0.1:\(listener.port)/pack.git", revision: nil,
            cacheDirectory: directory.path, environment: [:], patience: 20, reporter: RecordingReporter())
        let error = try #require(
            await #expect(throws: CairnError.self) { _ = try await repository.tree() })
        #expect(error.message.contains("127.0.0.1") && !error.evidence.isEmpty)
        #expect(!"\(error.message) \(error.evidence)".contains("geheim"))
    }

    @Test(arguments: [
        ("heroku/python", "heroku/python"), ("heroku-community/apt", "heroku/apt"),
        ("https://example.com/pack.tgz", "https://example.com/pack.tgz"),
    ])
    func packGetsTheNamesItKnows(text: String, name: String) throws {
        // As buildpacks:set stores it.
        let stored = try BuildpackReference(parsing: text).description
        #expect(try PackBuildpack(stored).name == name)
    }

    @Test(arguments: [
        ("python", "Cairn's own"), ("heroku/python#v1", "revision"), ("https://example.com/pack.git", "git repository"),
    ])
    func packIsNotGivenWhatItCannotTake(text: String, reason: String) throws {
        let error = #expect(throws: CairnError.self) { try PackBuildpack(text) }
        #expect(error?.code == .invalidValue && error?.message.contains(reason) == true)
    }
}

/// A port where connections are taken and nothing is ever said.
private final class SilentListener: Sendable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        try #require(isListening)
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func close() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    deinit { Glibc.close(descriptor) }
}
