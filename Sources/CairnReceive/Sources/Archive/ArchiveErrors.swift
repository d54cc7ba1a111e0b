import CairnCore

extension CairnError.Code {
    /// An archive that is damaged, too large, or holds what could do harm.
    static let archiveRefused = Self(rawValue: "E-ARCHIVE-REFUSED")
    /// Something could not be had from another host: an archive, an image, its keys.
    static let fetchFailed = Self(rawValue: "E-FETCH")
}

extension CairnError {
    /// `problem` completes "The archive …".
    static func archive(_ problem: String, evidence: [String] = []) -> CairnError {
        CairnError(
            .archiveRefused, "The archive \(problem)",
            hint: "Nothing of it was kept. Pack it again, with nothing but files, directories and links between them.",
            evidence: evidence)
    }
}
