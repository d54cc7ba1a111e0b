import DockerEngine

/// What builds by buildpacks need of the engine beside building.
protocol BuildpackEngine: BuildEngine {
    func has(_ image: String) async throws -> Bool
    func pull(_ image: String) async throws
    /// A tar archive of a directory of an image. The labels are those of the container that it takes.
    func files(at path: String, of image: String, labels: [String: String]) async throws -> [UInt8]
    func removeImage(_ reference: String, force: Bool) async throws
}

extension EngineClient: BuildpackEngine {
    func has(_ image: String) async throws -> Bool {
        do { _ = try await inspectImage(image) } catch let error as EngineError {
            if error.isNotFound { return false }
            throw error
        }
        return true
    }

    func pull(_ image: String) async throws { try await pullImage(image) }

    /// The engine only reads from containers, so there is one for a moment; it is never started.
    func files(at path: String, of image: String, labels: [String: String] = [:]) async throws -> [UInt8] {
        let id = try await createContainer(spec(reading: image, labels))
        do {
            let bytes = try await archive(of: id, at: path)
            try await removeContainer(id, force: true, volumes: true)
            return bytes
        } catch {
            await Task { try? await removeContainer(id, force: true, volumes: true) }.value
            throw error
        }
    }

    private func spec(reading image: String, _ labels: [String: String]) -> ContainerSpec {
        var spec = ContainerSpec(image: image, labels: labels)
        spec.hostConfig.networkMode = "none"
        return spec
    }
}
