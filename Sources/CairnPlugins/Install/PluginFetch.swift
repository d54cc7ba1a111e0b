import CairnCore

/// Brings a plugin's files into an empty directory.
struct PluginFetch {
    let layout: PluginLayout
    let reporter: any ProgressReporter
    /// The proxies and certificates of this process's environment.
    let network: [String: String]

    /// - Parameter directory: Exists, and is empty.
    /// - Throws: `E-PLUGIN-FETCH`, `E-PLUGIN-REFUSED`, `E-IO`.
    func fetch(_ source: PluginSource, into directory: String) async throws -> PluginOrigin {
        switch source.kind {
        case .git: return try await clone(source, into: directory)
        case .archive: try await unpack(source, into: directory)
        case .directory: try DirectoryCopy.copy(source.location, to: directory)
        case .bundled: try DirectoryCopy.copy("\(layout.bundled)/\(source.location)", to: directory)
        }
        return PluginOrigin(source: source)
    }

    // MARK: git

    /// Nothing of the repository runs: no hooks, no filters that it brings. What is not in the commit is not kept.
    private func clone(_ source: PluginSource, into directory: String) async throws -> PluginOrigin {
        let failure = "The repository \(source.location.excerpt(200)) cannot be fetched"
        try await git(
            ["clone", "--quiet", "--no-checkout", "--template=", "--", source.location, directory], failure: failure)
        let branch = try? await git(["symbolic-ref", "--short", "HEAD"], in: directory, failure: failure)
        let commit = try await commit(source.reference, in: directory)
        try await git(
            ["-c", "advice.detachedHead=false", "checkout", "--quiet", "--detach", commit, "--"], in: directory,
            failure: failure)
        try FileSystem.remove(directory + "/.git")
        return PluginOrigin(
            source: source, commit: commit, branch: source.reference == nil ? branch?.firstLine : nil)
    }

    private func commit(_ reference: String?, in directory: String) async throws -> String {
        let candidates = reference.map { ["refs/remotes/origin/\($0)", "refs/tags/\($0)", $0] } ?? ["HEAD"]
        for candidate in candidates {
            let found = try? await git(
                ["rev-parse", "--quiet", "--verify", "--end-of-options", candidate + "^{commit}"], in: directory,
                failure: "")
            if let commit = found?.firstLine, commit.utf8.count >= 40 { return commit }
        }
        throw CairnError(
            .pluginFetch, "The repository has no branch, tag or commit '\((reference ?? "HEAD").excerpt())'",
            hint: "'git ls-remote' lists what there is.")
    }

    @discardableResult
    private func git(_ arguments: [String], in directory: String = "/", failure: String) async throws -> String {
        let safety = [
            "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.ext.allow=never",
        ]
        let environment = [
            "GIT_ALLOW_PROTOCOL": "https:http:ssh:git:file", "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
        ]
        return try await HostProgram(name: "git", reporter: reporter).run(
            safety + arguments, environment: network.merging(environment) { $1 }, in: directory, failure: failure)
    }

    // MARK: Archives

    private func unpack(_ source: PluginSource, into directory: String) async throws {
        let isAddress = source.location.contains("://")
        let archive = isAddress ? directory + ".archive" : source.location
        if isAddress { try await download(source.location, to: archive) }
        defer { if isAddress { try? FileSystem.remove(archive) } }
        let listing = try await tar(["--list", "--verbose", "--numeric-owner", "--file", archive])
        try ArchiveListing.check(listing)
        _ = try await tar([
            "--extract", "--no-same-owner", "--no-same-permissions", "--file", archive, "--directory", directory,
        ])
        try flatten(directory)
    }

    private func download(_ address: String, to file: String) async throws {
        _ = try await HostProgram(name: "curl", reporter: reporter).run(
            [
                "--silent", "--show-error", "--fail", "--location", "--proto", "=https,http,file", "--proto-redir",
                "=https,http", "--connect-timeout", "20", "--max-time", "600", "--max-filesize",
                "\(ArchiveListing.maximumSize)", "--output", file, "--url", address,
            ], environment: network, failure: "The archive \(address.excerpt(200)) cannot be fetched")
    }

    private func tar(_ arguments: [String]) async throws -> String {
        try await HostProgram(name: "tar", reporter: reporter).run(
            arguments, failure: "The archive cannot be unpacked")
    }

    /// An archive often holds one directory with everything in it.
    private func flatten(_ directory: String) throws(CairnError) {
        let names = FileSystem.names(in: directory)
        guard let only = names.first, names.count == 1,
            FileSystem.isDirectory("\(directory)/\(only)", followsLinks: false)
        else { return }
        let inner = directory + ".inner"
        try FileSystem.move("\(directory)/\(only)", to: inner)
        try FileSystem.remove(directory)
        try FileSystem.move(inner, to: directory)
    }
}

extension String {
    var firstLine: String { split(whereSeparator: \.isNewline).first.map(String.init) ?? "" }
}
