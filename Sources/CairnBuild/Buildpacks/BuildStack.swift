import CairnCore
import DockerEngine
import Foundation
import Glibc
import Subprocess
import SystemPackage

/// The two images of a build by buildpacks: the one to build in, and the smaller one to run in.
struct BuildStack: Sendable, Equatable {
    let buildImage: String
    let runImage: String
    /// Whether they are Cairn's own.
    let isOwn: Bool

    /// A stack that was set: `heroku/heroku:24-build` runs in `heroku/heroku:24`, unless another image was set.
    init(stack: String, run: String?) {
        let twin = stack.hasSuffix("-build") ? String(stack.dropLast("-build".count)) : stack
        self.init(buildImage: stack, runImage: run ?? twin, isOwn: false)
    }

    init(buildImage: String, runImage: String, isOwn: Bool) {
        self.buildImage = buildImage
        self.runImage = runImage
        self.isOwn = isOwn
    }
}

/// Makes Cairn's own stack, when it is used for the first time or has changed.
struct StackBuild: Sendable {
    let source: Source
    let settings: BuildSettings
    let reporter: any ProgressReporter

    func prepare(on engine: some BuildpackEngine) async throws -> BuildStack {
        let own = settings.buildpacks
        if let stack = own.stack { return BuildStack(stack: stack, run: own.runStack) }
        return BuildStack(
            buildImage: try await image("build", on: engine), runImage: try await image("run", on: engine), isOwn: true)
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
        var archive = ArchiveOptions(appliesDockerignore: false)
        archive.extraFiles = [ExtraFile(path: try RelativePath(validating: "Dockerfile"), content: dockerfile)]
        var options = BuildOptions(
            dockerfile: "Dockerfile", tags: [tag], buildArguments: own.buildArguments,
            labels: ["cairn.kind": "stack", "cairn.stack": "cairn-1", "cairn.stack-version": version])
        options.buildID = settings.buildID + "-stack-" + kind
        let build = ImageBuild(
            source: source, builder: "stack", dockerfile: try RelativePath(validating: "Dockerfile"), options: options,
            reporter: SilentReporter())
        _ = try await build.run(context: EmptySourceTree().archive(archive), on: engine)
        return tag
    }

    private var own: ProxySettings { ProxySettings(settings.buildpacks.proxies) }

    /// The image that the Dockerfile names in `ARG BASE=…`: fetched, or bootstrapped where no registry can be reached.
    private func requireBase(of dockerfile: [UInt8], on engine: some BuildpackEngine) async throws {
        let line = String(decoding: dockerfile, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("ARG BASE=")
        }
        guard let base = line.map({ String($0.dropFirst("ARG BASE=".count)) }) else { return }
        if try await engine.has(base) { return }
        reporter.step("Fetching \(base)")
        guard let reason = await pull(base, on: engine) else { return }
        let script = settings.buildpacks.directory + "/base/bootstrap"
        guard geteuid() == 0, let resolved = Self.realPath(script) else {
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

/// `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` and their like. BuildKit gives arguments of these names to every step and keeps
/// them out of the image and of the cache's keys.
struct ProxySettings: Sendable {
    /// In both spellings, as programs read one or the other.
    let variables: [String: String]

    static let names = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"]

    init(_ proxies: [String: String]) {
        var variables: [String: String] = [:]
        for name in Self.names {
            guard let value = proxies[name] ?? proxies[name.lowercased()], !value.isEmpty else { continue }
            variables[name] = value
            variables[name.lowercased()] = value
        }
        self.variables = variables
    }

    var buildArguments: [String: String?] { variables.mapValues { $0 } }
}
