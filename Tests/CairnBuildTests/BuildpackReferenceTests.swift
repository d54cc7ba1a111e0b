import CairnCore
import LibGit
import Testing

@testable import CairnBuild

@Suite("How buildpacks are named")
struct BuildpackReferenceTests {
    @Test(
        "Names, shorthands and URLs",
        arguments: [
            ("python", BuildpackReference.bundled("python"), "cairn/python"),
            ("cairn/python", .bundled("python"), "cairn/python"),
            (
                "heroku/nodejs", .git(url: "https://github.com/heroku/heroku-buildpack-nodejs.git", revision: nil),
                "https://github.com/heroku/heroku-buildpack-nodejs.git"
            ),
            (
                "heroku-community/apt#v1.2",
                .git(url: "https://github.com/heroku/heroku-buildpack-apt.git", revision: "v1.2"),
                "https://github.com/heroku/heroku-buildpack-apt.git#v1.2"
            ),
            (
                "https://example.com/a/b.git#feature/x-1",
                .git(url: "https://example.com/a/b.git", revision: "feature/x-1"),
                "https://example.com/a/b.git#feature/x-1"
            ),
            ("git@example.com:a/b.git", .git(url: "git@example.com:a/b.git", revision: nil), "git@example.com:a/b.git"),
            ("ssh://git@example.com/a", .git(url: "ssh://git@example.com/a", revision: nil), "ssh://git@example.com/a"),
            (
                "https://example.com/pack.tgz", .archive(url: "https://example.com/pack.tgz"),
                "https://example.com/pack.tgz"
            ),
            (
                "http://example.com/pack.tar.gz", .archive(url: "http://example.com/pack.tar.gz"),
                "http://example.com/pack.tar.gz"
            ),
        ])
    func valid(text: String, expected: BuildpackReference, description: String) throws {
        let reference = try BuildpackReference(parsing: text)
        #expect(reference == expected)
        #expect(reference.description == description)
        #expect(try BuildpackReference(parsing: description) == reference)
    }

    @Test(
        "What git would run, read from this host, or take for an option is refused",
        arguments: [
            "", "ext::sh -c 'touch /tmp/x'", "file:///etc", "/var/lib/cairn/repos/a.git", "../a", "./a",
            "--upload-pack=touch x", "-oProxyCommand=x", "ssh://-oProxyCommand=x/y", "https://",
            "ftp://example.com/x.git",
            "https://example.com/a.git#--upload-pack=x", "https://example.com/a.git#-x",
            "https://example.com/a.git#a..b",
            "https://example.com/a.git#", "https://example.com/a b.git", "https://example.com/a.git#a\nb",
            "fd::17/x", "a/b/c", "Python", "cairn/python#v1", "heroku/node js", "x\u{1b}[2J/y",
        ])
    func refused(text: String) {
        let error = #expect(throws: CairnError.self) { try BuildpackReference(parsing: text) }
        #expect(error?.code == .invalidValue)
        #expect(error?.message.hasPrefix("Invalid buildpack specified: ") == true)
        #expect(error?.message.contains("\u{1b}") == false)
    }

    @Test("A password in a URL is not shown")
    func shown() throws {
        let reference = try BuildpackReference(parsing: "https://user:secret@example.com/a.git#main")
        #expect(reference.shown == "https://example.com/a.git#main")
        #expect(reference.description.contains("secret"))
        #expect(try BuildpackReference(parsing: "https://example.com/a@b.git").shown == "https://example.com/a@b.git")
    }
}
