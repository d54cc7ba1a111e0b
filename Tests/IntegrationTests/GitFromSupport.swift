import CairnCore
import CairnStore
import CairnTestSupport
import Foundation

extension TestHost {
    /// Runs `cairn` with a file on its standard input.
    func cairn(_ arguments: String..., inputFile path: String) async throws -> Outcome {
        try await run(
            "/bin/sh", ["-c", #"file=$1; shift; exec "$0" "$@" < "$file""#, executable, path] + arguments,
            environment: ["CAIRN_ROOT": root, "SSH_USER": "root"])
    }

    func app(_ name: String) throws -> App { try store().app(AppName(validating: name)) }

    func release(of name: String) throws -> Release? { try store().currentRelease(of: app(name)) }

    /// The commit at a reference of an app's repository; nil when there is none.
    func tip(of name: String, _ reference: String = "refs/heads/main") async throws -> String? {
        let repository = try settings.repository(of: AppName(validating: name))
        let outcome = try await git(
            "--git-dir", repository, "rev-parse", "--verify", "--quiet", reference, in: home)
        return outcome.status == 0 ? outcome.lines.joined() : nil
    }

    /// All references of an app's repository.
    func references(of name: String) async throws -> [String] {
        let repository = try settings.repository(of: AppName(validating: name))
        return try await git("--git-dir", repository, "for-each-ref", "--format=%(refname)", in: home).check().lines
    }
}

extension SampleApp {
    /// Packs what is committed. The prefix is the one directory that many archives have.
    func archive(_ format: String, prefix: String = "top/") async throws -> String {
        let file = "\(host.home)/\(UInt32.random(in: 0...UInt32.max)).\(format)"
        try await host.git(
            "archive", "--format=\(format)", "--prefix=\(prefix)", "--output=\(file)", "HEAD", in: directory
        ).check()
        return file
    }
}
