import CairnCore

/// Explains a failed build by buildpacks: which buildpack it was, and what it said last.
struct BuildpackFailure {
    let failure: BuildFailure
    /// The buildpacks of the build, in order.
    let labels: [String]

    /// What `stack/bin/build` ends with.
    private enum Status: Int {
        case notAccepted = 65
        case compileFailed = 66
        case timeLimit = 67
        case releaseFailed = 68
        case noBuildpack = 69
    }

    /// A `bin/detect` said no: the next candidate may be asked.
    struct NotAccepted: Error {
        let error: CairnError
    }

    var error: any Error {
        guard let step = failure.step, step.name.hasPrefix("[\(BuildpackDockerfile.Stage.build) ") else {
            return packagesError ?? failure.error
        }
        let general = failure.error
        guard general.code == .buildFailed, let status = failure.exitCode.flatMap(Status.init) else { return general }
        // The last line with this prefix is the driver's own; a buildpack may have printed others.
        let said = step.lines.last { $0.hasPrefix(Self.prefix) }.map { String($0.dropFirst(Self.prefix.count)).visible }
        var evidence = step.lines.map(\.visible)
        if let said, evidence.last == Self.prefix + said { evidence.removeLast() }
        return error(status, said: said, evidence: evidence)
    }

    private func error(_ status: Status, said: String?, evidence: [String]) -> any Error {
        let subject = labels.joined(separator: ", ")
        switch status {
        case .notAccepted:
            return NotAccepted(
                error: CairnError(
                    .noBuilder, said ?? "App not compatible with buildpack: \(subject)",
                    hint: "Check the list with 'cairn buildpacks:list', or see what the buildpack looks for.",
                    evidence: evidence))
        case .timeLimit:
            return CairnError(
                .buildFailed, said ?? "A buildpack of \(subject) took too long",
                hint: "If it needs the time: cairn buildpacks:set-property APP time-limit SECONDS.", evidence: evidence)
        case .noBuildpack, .releaseFailed:
            return CairnError(
                .buildFailed, said ?? "A buildpack of \(subject) is broken",
                hint: "Check its URL, and the revision behind the '#'.", evidence: evidence)
        case .compileFailed:
            return CairnError(
                .buildFailed, said ?? "A buildpack of \(subject) failed",
                hint: "Its last lines are above; mend what they name and push again.", evidence: evidence)
        }
    }

    private static let prefix = " !     "

    /// Packages of the stack are the mirror's and the network's business, not the app's.
    private var packagesError: CairnError? {
        guard let step = failure.step,
            [BuildpackDockerfile.Stage.buildPackages, BuildpackDockerfile.Stage.runPackages].contains(where: {
                step.name.hasPrefix("[\($0) ")
            }), failure.error.code == .buildFailed
        else { return nil }
        return CairnError(
            .buildFailed, "The packages that \(labels.joined(separator: ", ")) needs could not be installed",
            hint: "Check that the host reaches its Debian mirror, and its proxy settings.",
            evidence: step.lines.map(\.visible))
    }
}
