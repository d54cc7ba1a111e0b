import CairnCore
import DockerEngine
import Foundation
import Glibc
import Subprocess
import SystemPackage

/// Makes Cairn's own stack, when it is used for the first time or has changed.
struct StackBuild: Sendable {
    let source: Source
    let settings: BuildSettings
    let reporter: any ProgressReporter
    /// Only root may make a file system out of packages.
    var isRoot = geteuid() == 0

    func prepare(on engine: some BuildpackEngine) async throws -> BuildStack {
        let own = settings.buildpacks
        if let stack = own.stack { return BuildStack(stack: stack, run: own.runStack) }
        return BuildStack(
            buildImage: try await image("build", on: engine), runImage: try await image("run", on: engine), isOwn: true)
    }

    /// Makes both images anew, with the packages that the mirror has now. The next build of each app is on them.
    func upgrade(on engine: some BuildpackEngine) async throws {
        for kind in ["build", "run"] {
            let (tag, version, dockerfile) = try Self.tag(kind, in: settings.buildpacks.directory)
            if let base = Self.base(of: dockerfile) {
                reporter.step("Fetching \(base)")
                if let reason = await pull(base, on: engine) {
                    try await requireBase(of: dockerfile, on: engine)
                    reporter.warning("\(base) is as it was, since it could not be fetched: \(reason.visible)")
                }
            }
            reporter.step("Making the \(kind) image of the stack anew")
            try await make(kind, tag, version, dockerfile, startingOver: true, on: engine)
        }
    }

    /// The image of this very Dockerfile.
    static func tag(_ kind: String, in directory: String) throws -> (tag: String, version: String, dockerfile: [UInt8])
    {
        let dockerfile = try HostFile.read("\(directory)/stack/\(kind)/Dockerfile")
        let version = String(SHA256.hexadecimal(dockerfile).prefix(12))
        return ("cairn/stack-\(kind):\(version)", version, dockerfile)
    }

    private func image(_ kind: String, on engine: some BuildpackEngine) async throws -> String {
        let (tag, version, dockerfile) = try Self.tag(kind, in: settings.buildpacks.directory)
        if try await engine.has(tag) { return tag }
        try await requireBase(of: dockerfile, on: engine)
        reporter.step("Making the \(kind) image of the stack (once; this takes a few minutes)")
        try await make(kind, tag, version, dockerfile, startingOver: false, on: engine)
        return tag
    }

    private func make(
        _ kind: String, _ tag: String, _ version: String, _ dockerfile: [UInt8], startingOver: Bool,
        on engine: some BuildpackEngine
    ) async throws {
        let name = try RelativePath(validating: "Dockerfile")
        var archive = ArchiveOptions(appliesDockerignore: false)
        archive.extraFiles = [ExtraFile(path: name, content: dockerfile)]
        if let path = settings.buildpacks.caCertificates {
            let trusting = StackAuthorities(certificates: try Authorities.read(path))
            let text = ExtraFile(path: name, content: trusting.dockerfile(dockerfile))
            archive.extraFiles = [text] + (try trusting.files())
        }
        let proxies = ProxySettings(settings.buildpacks.proxies)
        var options = BuildOptions(
            dockerfile: "Dockerfile", tags: [tag], buildArguments: proxies.buildArguments,
            labels: ["cairn.kind": "stack", "cairn.stack": "cairn-1", "cairn.stack-version": version],
            noCache: startingOver)
        options.buildID = settings.buildID + "-stack-" + kind
        let build = ImageBuild(
            source: source, builder: "stack", dockerfile: name, options: options, reporter: SilentReporter())
        _ = try await build.run(context: EmptySourceTree().archive(archive), on: engine)
    }

    /// The image that the Dockerfile names in `ARG BASE=…`.
    private static func base(of dockerfile: [UInt8]) -> String? {
        String(decoding: dockerfile, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("ARG BASE=") }
            .map { String($0.dropFirst("ARG BASE=".count)) }
    }

    /// Fetches the base, or bootstraps it where no registry can be reached.
    private func requireBase(of dockerfile: [UInt8], on engine: some BuildpackEngine) async throws {
        guard let base = Self.base(of: dockerfile) else { return }
        if try await engine.has(base) { return }
        reporter.step("Fetching \(base)")
        guard let reason = await pull(base, on: engine) else { return }
        let script = settings.buildpacks.directory + "/base/bootstrap"
        guard isRoot, let resolved = Self.realPath(script) else {
            throw CairnError(
                .engineFailed, "The base image \(base) of the stack could not be fetched: \(reason.visible)",
                hint: "Without a registry, make it from the host's Debian mirror: sudo \(script)")
        }
        reporter.detail("No registry can be reached: it is made from the host's Debian mirror")
        let result = try await run(
            .path(.init(resolved)), arguments: [], output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw CairnError(
                .engineFailed, "The base image \(base) of the stack could neither be fetched nor made",
                hint: "Run '\(script)' as root to see why.",
                evidence: (result.standardOutput + result.standardError).split(separator: "\n").suffix(20).map(
                    String.init)
            )
        }
    }

    /// Returns why it failed.
    private func pull(_ image: String, on engine: some BuildpackEngine) async -> String? {
        do {
            try await engine.pull(image)
            return nil
        } catch {
            return (error as? EngineError)?.message ?? "\(error)"
        }
    }

    /// The script finds its library from where it really is.
    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
