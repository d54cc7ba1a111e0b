import CairnCore

/// What the tree was last made from: a file with the state of the database, and a line for each app.
struct RefreshNote: Equatable {
    /// As the database was when no app differed from its files; nil when that is not known.
    var stamp: String?
    /// What the files of the host were made from.
    var host = ""
    /// What the files of each app were made from, by the app's name.
    var apps: [String: String] = [:]

    init(stamp: String? = nil, host: String = "", apps: [String: String] = [:]) {
        self.stamp = stamp
        self.host = host
        self.apps = apps
    }

    /// A note of another form, or about another shim, is none.
    private static func head(_ settings: HostSettings) -> String { "3 \(settings.share)" }
    private static func path(_ settings: HostSettings) -> String { settings.compatibilityRoot + "/.refreshed" }

    init(of settings: HostSettings) {
        let content = FileSystem.read(Self.path(settings), maximum: 16 << 20) ?? []
        let lines = content.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= 3, lines[0] == Self.head(settings) else { return }
        stamp = lines[1] == "-" ? nil : lines[1]
        host = lines[2]
        for line in lines.dropFirst(3) {
            guard let blank = line.firstIndex(of: " ") else { continue }
            apps[String(line[..<blank])] = String(line[line.index(after: blank)...])
        }
    }

    /// - Throws: `E-IO`.
    func write(_ settings: HostSettings, _ files: DerivedFiles) throws(CairnError) {
        let lines =
            [Self.head(settings), stamp ?? "-", host] + apps.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        try files.write(lines.lines, to: Self.path(settings), mode: 0o600)
    }

    /// A short form of a text: FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv). It tells changes, and is no proof.
    static func short(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
