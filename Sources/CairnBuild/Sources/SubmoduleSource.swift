import CairnCore

/// One section of a `.gitmodules`.
struct SubmoduleSource: Equatable {
    let name: String
    let url: String

    /// A directory name for the fetched repository: unlike the name, it cannot lead anywhere, and two names that differ
    /// give two directories.
    var directoryName: String {
        var result = ""
        for byte in name.utf8 {
            let isPlain = byte.isPlainNameByte
            result += isPlain ? String(UnicodeScalar(byte)) : "%" + String(UInt16(byte) + 0x100, radix: 16).suffix(2)
        }
        return result
    }

    /// The URL comes out of a pushed file.
    ///
    /// - Throws: `E-GIT` with the reason why it is refused.
    func check(at path: String) throws(CairnError) {
        guard let reason = RemotePolicy().objection(to: url) else { return }
        throw CairnError(
            .git,
            "The submodule '\(path.visible)' is not fetched: its URL '\(RemoteAddress.withoutCredentials(url).visible)' \(reason)",
            hint:
                "Use an absolute URL of https, http, ssh or git in .gitmodules, such as https://example.com/library.git."
        )
    }

    /// Reads what `git config --list --null` prints: `submodule.<name>.<key>`, a newline, the value, a NUL.
    ///
    /// - Returns: The sections by path.
    static func parse(_ output: [UInt8]) -> [String: SubmoduleSource] {
        var sections: [String: [String: String]] = [:]
        for item in output.split(separator: 0) {
            let parts = item.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            let key = String(decoding: parts[0], as: UTF8.self)
            guard parts.count == 2, key.hasPrefix("submodule."), let dot = key.lastIndex(of: "."),
                key.utf8.distance(from: key.startIndex, to: dot) > 10
            else { continue }
            let name = String(key[key.index(key.startIndex, offsetBy: 10)..<dot])
            sections[name, default: [:]][String(key[key.index(after: dot)...])] = String(
                decoding: parts[1], as: UTF8.self)
        }
        var result: [String: SubmoduleSource] = [:]
        for (name, values) in sections.sorted(by: { $0.key < $1.key }) {
            guard let path = values["path"], let url = values["url"] else { continue }
            result[path] = SubmoduleSource(name: name, url: url)
        }
        return result
    }
}

extension UInt8 {
    fileprivate var isPlainNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
