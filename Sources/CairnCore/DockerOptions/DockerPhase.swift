/// What an option of docker is for.
public enum DockerPhase: String, Sendable, CaseIterable, Comparable {
    /// The build of the app's image.
    case build
    /// The containers of the app's processes, and of the tasks of a deploy.
    case deploy
    /// The containers of `run`.
    case run

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Reads a list with commas, as the commands take it.
    ///
    /// - Throws: `E-USAGE`.
    public static func list(parsing text: String) throws(CairnError) -> Set<DockerPhase> {
        var phases: Set<DockerPhase> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let phase = DockerPhase(rawValue: String(word)) else {
                throw CairnError(
                    .usage, "Phase(s) must be one of [build deploy run]",
                    hint: "Name one, or several with commas: build,deploy,run")
            }
            phases.insert(phase)
        }
        return phases
    }
}
