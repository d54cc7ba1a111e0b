import CairnCore
import LibGit
import NIOCore

/// What the engine gets for a build by buildpacks: the archive with the layout that `BuildpackDockerfile` describes.
struct BuildpackContext: Sendable {
    /// One buildpack of the build.
    struct Entry: Sendable {
        /// What people call it: `cairn/python`, or a URL.
        let label: String
        /// The exact commit, of one that came from a repository.
        var commit: String?
        let content: Content

        enum Content: Sendable {
            case bundled(String)
            case tree(GitSourceTree)
            case archive([UInt8])
        }

        /// With the commit, for records.
        var record: String { commit.map { "\(label.prefix { $0 != "#" })#\($0)" } ?? label }
    }

    let source: Source
    let settings: BuildSettings
    let entries: [Entry]
    /// Bundled buildpacks that stand beside them, for one that runs others.
    let companions: [String]
    /// Whether somebody chose them, or Cairn did.
    let areNamed: Bool
    let dockerfile: String
    /// PEM, or nothing.
    let authorities: [UInt8]
    let reporter: any ProgressReporter

    /// The Dockerfile's path in the archive. The source is below a directory of its own, so nothing of it is in the way.
    static let dockerfilePath = "Dockerfile"

    func archive() throws -> AsyncThrowingStream<ByteBuffer, any Error> {
        let bundled = BundledBuildpacks(directory: settings.buildpacks.directory)
        var parts = [
            try part(DirectorySourceTree(path: bundled.path(of: "stack/bin"), modificationTime: 0), at: "cairn/bin")
        ]
        let usesBundled = entries.contains { if case .bundled = $0.content { true } else { false } }
        if usesBundled {
            parts.append(
                try part(
                    DirectorySourceTree(path: bundled.path(of: "lib"), modificationTime: 0),
                    at: "buildpacks/bundled/lib"))
        }
        for (index, entry) in entries.enumerated() {
            switch entry.content {
            case .bundled(let name):
                let tree = DirectorySourceTree(path: bundled.path(of: name), modificationTime: 0)
                parts.append(try part(tree, at: "buildpacks/bundled/\(name)"))
            case .tree(let tree): parts.append(try part(tree, at: "buildpacks/\(index)"))
            case .archive: continue
            }
        }
        for name in Set(companions).sorted() {
            let tree = DirectorySourceTree(path: bundled.path(of: name), modificationTime: 0)
            parts.append(try part(tree, at: "buildpacks/bundled/\(name)"))
        }
        parts.append(try part(EmptySourceTree(), at: nil, extraFiles: try files()))
        parts.append(try sourcePart())
        return CombinedArchive.stream(parts)
    }

    private func sourcePart() throws -> AsyncThrowingStream<ByteBuffer, any Error> {
        var options = ArchiveOptions(
            directory: settings.buildDirectory, appliesDockerignore: false, reporter: reporter)
        options.appliesSlugignore = true
        options.prefix = try RelativePath(validating: "source")
        options.isPart = true
        return source.tree.archive(options)
    }

    private func part(
        _ tree: any SourceTree, at prefix: String?, extraFiles: [ExtraFile] = []
    ) throws -> AsyncThrowingStream<ByteBuffer, any Error> {
        var options = ArchiveOptions(appliesDockerignore: false, extraFiles: extraFiles, reporter: reporter)
        options.prefix = try prefix.map { try RelativePath(validating: $0) }
        options.isPart = true
        return tree.archive(options)
    }

    /// What Cairn says about the build. The files under `cairn/` decide whether the build can be taken from the last one,
    /// so nothing is in them that is different each time.
    private func files() throws -> [ExtraFile] {
        let own = settings.buildpacks
        var files = [
            try file(Self.dockerfilePath, dockerfile), try file("cairn/plan", plan), try file("cairn/settings", lines),
        ]
        for program in ["start", "exec"] {
            let path = "\(own.directory)/stack/bin/\(program)"
            files.append(
                ExtraFile(
                    path: try RelativePath(validating: "run/\(program)"), content: try HostFile.read(path),
                    isExecutable: true))
        }
        for (key, value) in own.config.sorted(by: { $0.key < $1.key }) {
            files.append(try file("cairn/env/" + (try ConfigKey(validating: key)).rawValue, value))
        }
        if !authorities.isEmpty {
            for path in ["cairn/ca.pem", "ca/ca.pem"] {
                files.append(ExtraFile(path: try RelativePath(validating: path), content: authorities))
            }
        }
        // The directory is mounted, so it has to be there.
        files.append(try file("buildpacks/plan", plan))
        for (index, entry) in entries.enumerated() {
            guard case .archive(let bytes) = entry.content else { continue }
            files.append(ExtraFile(path: try RelativePath(validating: "buildpacks/\(index).tgz"), content: bytes))
        }
        return files
    }

    private var plan: String {
        entries.enumerated().map { index, entry in
            let path =
                switch entry.content {
                case .bundled(let name): "bundled/\(name)"
                case .tree: "\(index)"
                case .archive: "\(index).tgz"
                }
            return "\(areNamed ? "named" : "found")\t\(entry.label)\t\(path)\n"
        }.joined()
    }

    private var lines: String {
        var lines = ["SOURCE_VERSION=\(source.revision ?? "")", "TIME_LIMIT=\(settings.buildpacks.timeLimit)"]
        // BuildKit's own cache must not answer for another cache; the name itself is not for the build to read.
        lines.append("CACHE=\(SHA256.hexadecimal(Array(settings.buildpacks.cacheID.utf8)).prefix(16))")
        if settings.noCache { lines.append("PURGE_CACHE=1") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func file(_ path: String, _ text: String) throws -> ExtraFile {
        ExtraFile(path: try RelativePath(validating: path), content: Array(text.utf8))
    }
}
