import CairnStore
import Foundation

/// A store in a directory of its own, which goes with it.
final class StoreFile: Sendable {
    let directory: URL
    let store: Store

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "cairn-consul-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        store = try Store(path: directory.appending(path: "cairn.db").path)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }
}
