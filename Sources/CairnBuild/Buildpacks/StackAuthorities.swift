import CairnCore

/// Lets the packages of the stack come over a mirror whose certificate only this host trusts. The certificates are mounted
/// while the packages are fetched; no layer has them.
struct StackAuthorities {
    let certificates: [UInt8]

    /// The Dockerfile whose commands run with them.
    func dockerfile(_ text: [UInt8]) -> [UInt8] {
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let trusting = lines.map { line in
            guard line.hasPrefix("RUN ") else { return String(line) }
            return "RUN --mount=type=bind,source=ca,target=/cairn/ca export APT_CONFIG=/cairn/ca/apt.conf && "
                + line.dropFirst("RUN ".count)
        }
        return Array(trusting.joined(separator: "\n").utf8)
    }

    func files() throws(CairnError) -> [ExtraFile] {
        [
            ExtraFile(path: try RelativePath(validating: "ca/ca.pem"), content: certificates),
            ExtraFile(
                path: try RelativePath(validating: "ca/apt.conf"),
                content: Array("Acquire::https::CAInfo \"/cairn/ca/ca.pem\";\n".utf8)),
        ]
    }
}
