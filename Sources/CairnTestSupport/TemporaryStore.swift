public import CairnStore
import Foundation

/// A store in a directory of its own, which is removed with the value.
public final class TemporaryStore: Sendable {
    public let directory: String
    public let store: Store

    public init() throws {
        directory = NSTemporaryDirectory() + "/cairn-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        store = try Store(path: directory + "/cairn.db")
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }
}
