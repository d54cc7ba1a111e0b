import CairnCore
import DockerEngine
import Synchronization

/// The end of a container's output.
struct ContainerLog: Sendable {
    let engine: EngineClient
    let containerID: String

    /// The last lines of both streams, made safe for a terminal. An engine that cannot tell gives none: this is evidence
    /// for another failure, which must not be hidden by a second one.
    func lastLines(_ count: Int) async -> [String] {
        let bytes = Mutex<[UInt8]>([])
        do {
            try await engine.logs(
                containerID, LogOptions(stdout: true, stderr: true, follow: false, tail: count)
            ) { chunk in bytes.withLock { $0 += chunk.bytes } }
        } catch {
            return []
        }
        let text = bytes.withLock { String(decoding: $0, as: UTF8.self) }
        return text.split(whereSeparator: \.isNewline).suffix(count).map { String($0).visible }
    }
}
