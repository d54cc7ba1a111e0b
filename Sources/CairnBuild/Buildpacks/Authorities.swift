import CairnCore

/// Certificate authorities of this host that builds trust too, as behind a proxy that looks into TLS.
enum Authorities {
    private static let begin = "-----BEGIN CERTIFICATE-----"
    private static let end = "-----END CERTIFICATE-----"

    /// The certificates of a PEM file, and nothing else that may be in it: builds are shown what this returns, so a path
    /// that was set wrongly must not show them some other file.
    ///
    /// - Throws: `E-IO`; `E-INVALID-FILE` when there is no certificate.
    static func read(_ path: String) throws(CairnError) -> [UInt8] {
        var lines: [Substring] = []
        var isInside = false
        for line in String(decoding: try HostFile.read(path), as: UTF8.self).split(whereSeparator: \.isNewline) {
            if line == begin { isInside = true }
            if isInside { lines.append(line) }
            if line == end { isInside = false }
        }
        guard !lines.isEmpty, !isInside else {
            throw CairnError(
                .invalidFile, "\(path.visible) holds no certificates",
                hint: "The setting ca-certificates of buildpacks:set-property names a file in PEM form.")
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }
}
