import Foundation

/// How it stands with the daemon's servers of the catalog, as the daemon last said.
public struct DiscoveryStatus: Sendable, Equatable, Codable {
    /// One server or backend.
    public struct Line: Sendable, Equatable, Codable {
        /// `dns`, `http` or `backend`.
        public var kind: String
        /// The address or the URL, without secrets.
        public var name: String
        public var isWell: Bool
        /// What it does, or why it does not.
        public var text: String

        public init(kind: String, name: String, isWell: Bool, text: String) {
            self.kind = kind
            self.name = name
            self.isWell = isWell
            self.text = text
        }
    }

    public var lines: [Line]

    public init(lines: [Line]) { self.lines = lines }

    /// Where the daemon writes it.
    public static func path(root: String) -> String { root + "/run/discovery.json" }

    /// What the daemon of a state root says; nil when none runs.
    public static func current(root: String) -> DiscoveryStatus? {
        guard let data = FileManager.default.contents(atPath: path(root: root)) else { return nil }
        return try? JSONDecoder().decode(DiscoveryStatus.self, from: data)
    }

    /// As JSON.
    public var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
