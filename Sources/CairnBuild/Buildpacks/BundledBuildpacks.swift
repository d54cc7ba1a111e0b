import CairnCore
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The buildpacks that come with Cairn.
struct BundledBuildpacks: Sendable {
    /// `buildpacks/` of the installed files.
    let directory: String

    /// In the order in which they are asked.
    func manifests() throws -> [BuildpackManifest] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        var manifests: [BuildpackManifest] = []
        for name in names.sorted() {
            guard var manifest = try manifest(name) else { continue }
            manifest.name = name
            manifests.append(manifest)
        }
        return manifests.sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
    }

    /// - Throws: `E-NOT-FOUND`.
    func manifest(named name: String) throws -> BuildpackManifest {
        if var manifest = try manifest(name) {
            manifest.name = name
            return manifest
        }
        let names = try manifests().map(\.name).joined(separator: ", ")
        throw CairnError(
            .notFound, "There is no bundled buildpack '\(name.visible)'",
            hint: names.isEmpty ? "None are installed below \(directory)." : "There are: \(names).")
    }

    private func manifest(_ name: String) throws -> BuildpackManifest? {
        let file = "\(directory)/\(name)/buildpack.toml"
        guard let data = FileManager.default.contents(atPath: file) else { return nil }
        return try BuildpackManifest(parsing: Array(data), file: file)
    }

    func path(of name: String) -> String { "\(directory)/\(name)" }

    /// Those whose files are in the source, by a quick look; their own `bin/detect` decides in the build.
    func candidates(for tree: any SourceTree, in directory: RelativePath?) async throws -> [BuildpackManifest] {
        let names = try await tree.names(in: directory)
        var found: [BuildpackManifest] = []
        for manifest in try manifests() {
            guard try await matches(manifest.any, names, tree, directory) else { continue }
            if try await matches(manifest.none, names, tree, directory) { continue }
            found.append(manifest)
        }
        return found
    }

    private func matches(
        _ patterns: [String], _ names: [String], _ tree: any SourceTree, _ directory: RelativePath?
    ) async throws -> Bool {
        for pattern in patterns {
            if pattern.contains("/") {
                let path = try RelativePath(validating: directory.map { "\($0)/\(pattern)" } ?? pattern)
                if try await tree.contains(path) { return true }
            } else if names.contains(where: { fnmatch(pattern, $0, FNM_PERIOD) == 0 }) {
                return true
            }
        }
        return false
    }
}
