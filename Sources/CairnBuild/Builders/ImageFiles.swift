public import CairnCore
public import DockerEngine

/// Files that an image brings along in its working directory.
public enum ImageFiles {
    /// The bytes of a regular file; nil when it is not there, or the image is one that no container can be made of.
    ///
    /// - Parameters:
    ///   - name: Seen from the image's working directory.
    ///   - labels: For the container that is made for a moment to read from.
    /// - Throws: `E-INVALID-FILE` when it has more than `maximum` bytes; `E-ENGINE-DOWN`.
    public static func read(
        _ name: RelativePath, of image: ImageInspect, maximum: Int, labels: [String: String], on engine: EngineClient
    ) async throws -> [UInt8]? {
        let directory = image.config.workingDir
        let path = (directory.hasSuffix("/") ? directory : directory + "/") + name.rawValue
        let archive: [UInt8]
        do { archive = try await engine.files(at: path, of: image.id, labels: labels) } catch let error as EngineError {
            // Not found; or an image without a command, of which no container can be made.
            if error.isNotFound || error.isInvalid { return nil }
            throw CairnError(reading: path, error)
        }
        guard let bytes = TarFiles.read(archive)[name.rawValue.split(separator: "/").last.map(String.init) ?? ""]
        else { return nil }
        guard bytes.count <= maximum else {
            throw CairnError(
                .invalidFile, "'\(path.visible)' of the image is larger than \(maximum) bytes",
                hint: "Is it really meant to be this file? Make it smaller.")
        }
        return bytes
    }
}

extension EngineError {
    /// The engine understood the request and says that it makes no sense (400).
    fileprivate var isInvalid: Bool { if case .http(status: 400) = kind { true } else { false } }
}

extension CairnError {
    fileprivate init(reading path: String, _ error: EngineError) {
        self.init(
            .engineFailed, "The Docker Engine failed while reading \(path.visible) of the image: \(error.message)",
            hint: "Try again; journalctl -u docker tells more.")
    }
}
