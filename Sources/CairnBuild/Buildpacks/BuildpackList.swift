import CairnCore

/// The buildpacks that somebody chose for a source.
struct BuildpackList: Sendable, Equatable {
    let references: [BuildpackReference]
    /// Who chose: `buildpacks:set`, `app.json`, …
    let origin: String

    /// More are a mistake.
    static let maximumCount = 50

    /// Looks where buildpacks are named, the strongest first; `nil` when they are to be detected.
    ///
    /// - Throws: `E-INVALID-VALUE` and `E-INVALID-FILE` naming the place.
    static func find(for source: Source, settings: BuildSettings) async throws -> BuildpackList? {
        let own = settings.buildpacks
        if !own.list.isEmpty { return try BuildpackList(own.list, origin: "buildpacks:set") }
        if !own.declared.isEmpty { return try BuildpackList(own.declared, origin: "app.json") }
        let lines = try await fileLines(of: source, settings)
        if lines.contains(where: { $0.hasPrefix("./") }) {
            // Directories of the source are nothing to fetch: the bundled buildpack runs them, with the others of the file.
            return BuildpackList(references: [.bundled(multi)], origin: fileName)
        }
        if !lines.isEmpty { return try BuildpackList(lines, origin: fileName) }
        if let url = own.config["BUILDPACK_URL"], !url.isEmpty {
            return try BuildpackList([url], origin: "the config variable BUILDPACK_URL")
        }
        return nil
    }

    private static let fileName = ".buildpacks"
    private static let multi = "multi"

    /// The bundled buildpacks that the bundled `multi` will look for, because the source's file names them.
    func companions(for source: Source, settings: BuildSettings) async throws -> [String] {
        guard references.contains(.bundled(Self.multi)) else { return [] }
        let found = try await Self.fileLines(of: source, settings).compactMap { try? BuildpackReference(parsing: $0) }
        return found.compactMap { if case .bundled(let name) = $0, name != Self.multi { name } else { nil } }
    }

    private static func fileLines(of source: Source, _ settings: BuildSettings) async throws -> [String] {
        let path = try RelativePath(
            validating: settings.buildDirectory.map { "\($0)/\(fileName)" } ?? fileName)
        return lines(try await source.tree.file(at: path, maximum: 64 << 10) ?? [])
    }

    init(references: [BuildpackReference], origin: String) {
        self.references = references
        self.origin = origin
    }

    private init(_ texts: [String], origin: String) throws(CairnError) {
        guard texts.count <= Self.maximumCount else {
            throw CairnError(
                .invalidValue, "\(origin) names \(texts.count) buildpacks; \(Self.maximumCount) are the most")
        }
        var references: [BuildpackReference] = []
        for text in texts {
            do { references.append(try BuildpackReference(parsing: text)) } catch {
                throw CairnError(error.code, "\(origin): \(error.message)", hint: error.hint)
            }
        }
        self.references = references
        self.origin = origin
    }

    /// One buildpack on each line; a line that begins with `#` is a comment.
    static func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { String($0).withoutOuterBlanks }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }
}
