import CairnCore
import CairnReceive
import Testing

@Suite("What an ssh client asks for")
struct SSHSessionTests {
    func request(_ line: String) throws -> SSHRequest { try SSHSession.request(Array(line.utf8)) }

    func error(_ line: String) -> CairnError? { #expect(throws: CairnError.self) { try request(line) } }

    @Test func nothingAtAll() throws {
        #expect(try SSHSession.request(nil) == .interactive)
        #expect(try request("  ") == .interactive)
        #expect(SSHSession.greeting(key: "a\u{1b}b").contains("Hello a\\x1bb"))
    }

    @Test func wordsAreSplitByQuotingAlone() throws {
        #expect(
            try request("config:set web 'A=b c' D=\"e  f\" G=h\\ i")
                == .command(["config:set", "web", "A=b c", "D=e  f", "G=h i"]))
        #expect(try request("--quiet apps:list") == .command(["--quiet", "apps:list"]))
    }

    @Test(
        "Every way in which git clients write an app",
        arguments: [
            "git-receive-pack 'web'", "git-receive-pack web", "git-receive-pack '/web'", "git-receive-pack '/web.git'",
            "git-receive-pack \"web.git\"", "git receive-pack 'web'",
        ])
    func push(line: String) throws {
        #expect(try request(line) == .git(.receivePack, AppName(validating: "web")))
    }

    @Test func theOtherServicesOfGit() throws {
        #expect(try request("git-upload-pack 'web'") == .git(.uploadPack, AppName(validating: "web")))
        #expect(try request("git-upload-archive 'web'") == .git(.uploadArchive, AppName(validating: "web")))
    }

    @Test(
        "Options and paths do not reach git",
        arguments: [
            ("git-receive-pack --help", CairnError.Code.notAllowed), ("git-upload-pack -h", .notAllowed),
            ("git-upload-pack '--upload-pack=touch MARKER'", .notAllowed),
            ("git-upload-archive --exec=sh", .notAllowed),
            ("git-receive-pack", .usage), ("git-receive-pack web other", .usage),
            ("git-upload-pack --strict web", .usage),
            ("git-receive-pack '//web'", .invalidName), ("git-receive-pack '/../web'", .invalidName),
            ("git-receive-pack '/var/lib/cairn/repos/web.git'", .invalidName),
            ("git-receive-pack '/-web'", .invalidName),
            ("git-receive-pack ''", .invalidName), ("git-receive-pack '.git'", .invalidName),
            ("git-receive-pack '~/web'", .invalidName), ("git-receive-pack 'web/'", .invalidName),
            ("git-receive-pack 'web.git.git'", .invalidName),
        ])
    func refusedPush(line: String, code: CairnError.Code) {
        #expect(error(line)?.code == code)
    }

    @Test(
        "Characters with a meaning to a shell have none here, and no place in a name",
        arguments: [
            ";id", "$(touch MARKER)", "`id`", "|id", "&id", ">x", "<x", "\nid", "\tid", "\\id", "*", "?", "~", "{a,b}",
            "!",
            "#x", "$HOME", "(x)", "[x]", "%0a", "=", "^", "\"x\"", "'x'", " x", "\u{1b}[2J", "\u{7f}", "ä", "A",
        ])
    func hostileName(suffix: String) throws {
        let quoted = ShellWords.quote("web" + suffix)
        #expect(error("git-receive-pack \(quoted)")?.code == .invalidName)
        #expect(try request("apps:create \(quoted)") == .command(["apps:create", "web" + suffix]))
    }

    @Test func messagesDoNotCarryControlCharacters() {
        #expect(error("git-receive-pack 'a\u{1b}[2Jb'")?.message.contains("\u{1b}") == false)
        #expect(error("/bin/sh\u{1b}[2J")?.message.contains("\u{1b}") == false)
    }

    @Test(
        "Shells and file copies are refused with a reason",
        arguments: [
            "bash", "bash -i", "sh -c id", "/bin/sh", "scp -t /tmp", "scp -f x", "/usr/lib/openssh/sftp-server",
            "internal-sftp", "sftp-server", "rsync --server -e.Lsfx . x", "../cairn apps:list", "internal:deploy web x",
            "ssh-session --key root", "env X=1 bash",
        ])
    func refusedProgram(line: String) {
        let error = error(line)
        #expect(error?.code == .notAllowed)
        #expect(error?.exitStatus == 1)
    }

    @Test(
        "Lines that are ambiguous or too large",
        arguments: [
            "config:set web 'A=b", "config:set web \"A=b", "config:set web A\\",
            "config:set web " + String(repeating: "x", count: 1 << 20), String(repeating: "a ", count: 10_000),
        ])
    func refusedLine(line: String) {
        #expect(error(line)?.code == .usage)
    }

    @Test func invalidUTF8IsRefused() {
        for bytes: [UInt8] in [[0x61, 0x20, 0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80], [0x61, 0x00, 0x62]] {
            let error = #expect(throws: CairnError.self) { try SSHSession.request(bytes) }
            #expect(error?.code == .usage)
        }
    }

    @Test func anyWordsSurviveQuotingAndSplitting() throws {
        var generator = SeededGenerator(state: 20_260_101)
        let alphabet = Array(" \t\n'\"\\$`;&|<>(){}[]*?~#!=%aZ0-_ä\u{1b}").map(String.init)
        for _ in 0..<500 {
            let words = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                (0..<Int.random(in: 0...8, using: &generator)).compactMap { _ in
                    alphabet.randomElement(using: &generator)
                }
                .joined()
            }
            let line = (["config:set"] + words).map(ShellWords.quote).joined(separator: " ")
            #expect(try request(line) == .command(["config:set"] + words))
        }
    }
}

/// A linear congruential generator (Knuth's MMIX constants): the same cases in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // The low bits of such a generator are poor.
        return state ^ (state >> 32)
    }
}
