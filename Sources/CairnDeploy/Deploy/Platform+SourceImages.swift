import CairnBuild
public import CairnCore
public import CairnStore
import DockerEngine
import NIOCore

/// When an image that is to be deployed is fetched from its registry.
public enum ImagePull: Sendable {
    case ifMissing
    case always
    case never
}

extension Platform {
    /// Makes sure that an image is on this host.
    ///
    /// - Returns: Its id.
    /// - Throws: `E-FETCH` when the registry does not give it out; `E-NOT-FOUND` when it is not here and may not be fetched.
    public func fetchImage(
        _ reference: String, _ pull: ImagePull, reporter: any ProgressReporter
    ) async throws -> String {
        if pull != .always, let found = try await image(named: reference) {
            if pull == .ifMissing { reporter.step("Image exists on host, skipping pull") }
            return found.id
        }
        guard pull != .never else {
            throw CairnError(
                .notFound, "There is no image \(reference) on this host", hint: "'docker images' lists them.")
        }
        reporter.step(pull == .always ? "Force pulling image" : "Pulling image")
        do { try await engine.pullImage(reference) } catch let error as EngineError {
            throw Self.pullFailure(reference, error)
        }
        guard let found = try await image(named: reference) else {
            throw CairnError(.notFound, "Failed to pull image: \(reference)", hint: "Check its name.")
        }
        return found.id
    }

    /// Whether an image of that name is on this host.
    public func hasImage(_ reference: String) async throws -> Bool { try await image(named: reference) != nil }

    private static func pullFailure(_ reference: String, _ error: EngineError) -> any Error {
        if error.kind == .cancelled { return CancellationError() }
        if error.kind == .unreachable || error.kind == .timeout {
            return CairnError.engine(error, doing: "pulling \(reference)")
        }
        return CairnError(
            CairnError.Code(rawValue: "E-FETCH"), "Failed to pull image: \(reference)",
            hint: "Check its name, and whether this host reaches its registry and may read it there.",
            evidence: [error.message])
    }

    /// Loads images into the engine from an archive as `docker save` writes it.
    ///
    /// - Returns: What the engine says it has loaded.
    /// - Throws: `E-INVALID-FILE` when it is no such archive.
    public func loadImages(_ archive: AsyncThrowingStream<[UInt8], any Error>) async throws -> [String] {
        do { return try await engine.loadImages(archive.map { ByteBuffer(bytes: $0) }) } catch let error as EngineError
        {
            if error.kind == .cancelled { throw CancellationError() }
            if error.kind == .unreachable { throw CairnError.engine(error, doing: "loading the image") }
            throw CairnError(
                .invalidFile, "The Docker Engine does not take the archive as one of images: \(error.message)",
                hint: "Send what 'docker save IMAGE' writes, complete.")
        }
    }
}

/// What an image says itself about how it is run, when it is deployed as it is.
struct ImageSource {
    let platform: Platform
    let app: App

    /// Whether the source is such an image: it was asked for now, or by the deploy that is repeated.
    func isOne(_ source: Source) throws -> Bool {
        switch source.kind {
        case .image: true
        case .rebuild: try platform.store.property("git", "source-image", in: .app(app.name)) != nil
        case .gitPush, .gitSync, .archive: false
        }
    }

    /// Keeps for later what kind of source this was.
    func note(_ source: Source) throws {
        switch source.kind {
        case .rebuild: return
        case .image(let name): try platform.store.setProperty("git", "source-image", to: name, in: .app(app.name))
        case .gitPush, .gitSync, .archive:
            try platform.store.setProperty("git", "source-image", to: nil, in: .app(app.name))
        }
    }

    /// Adds the Procfile and the app.json of the image's working directory, where the source has none.
    func complete(_ files: inout ControlFiles, from image: String) async throws {
        guard let found = try await platform.image(named: image) else { return }
        let labels = try platform.labels(of: app, kind: "reading")
        let procfile = try name("ps", "procfile-path", "Procfile")
        let appJSON = try name("app-json", "appjson-path", "app.json")
        if files.procfile == nil,
            let bytes = try await ImageFiles.read(
                procfile, of: found, maximum: Procfile.maximumSize, labels: labels, on: platform.engine)
        {
            files.procfile = try Procfile(parsing: bytes, file: "Procfile")
        }
        if files.appJSONText == nil,
            let bytes = try await ImageFiles.read(
                appJSON, of: found, maximum: 1 << 20, labels: labels, on: platform.engine)
        {
            files.appJSON = try AppJSON(parsing: bytes, file: "app.json")
            files.appJSONText = String(decoding: bytes, as: UTF8.self)
        }
    }

    /// An image has no build directory: the files are where its work is.
    private func name(_ namespace: String, _ key: String, _ standard: String) throws -> RelativePath {
        try RelativePath(validating: platform.store.effectiveProperties(namespace, of: app.name)[key] ?? standard)
    }
}

extension Platform {
    /// Runs `body` while nobody deploys the app.
    ///
    /// - Throws: `E-DEPLOY-LOCKED`; what `body` throws.
    public func holdingLock(
        of app: App, for operation: String, reporter: any ProgressReporter, _ body: () throws -> Void
    ) async throws {
        try await withLock(app, operation: operation, isDeploy: true, reporter: reporter) { _ in try body() }
    }
}
