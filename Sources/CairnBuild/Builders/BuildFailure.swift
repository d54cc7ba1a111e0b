import CairnCore

/// Turns what is known of a failed build into the one error that a person needs.
struct BuildFailure {
    /// The engine's own words.
    let message: String
    /// The exit status of the failed step, where the engine tells it apart.
    let code: Int?
    let step: FailedStep?
    /// The `# syntax=` image, when no step of the Dockerfile had begun.
    let frontend: String?

    /// The step that ended the build.
    struct FailedStep: Equatable {
        let name: String
        /// The engine's reason.
        let error: String
        /// The last lines it printed.
        let lines: [String]
    }

    static let diskFullMessage = "The build failed because the disk is full"
    static let diskFullHint = """
        Make room where the engine keeps its data: 'docker system df' shows what takes it, 'docker builder prune' \
        removes cached builds.
        """

    static func isDiskFull(_ text: String) -> Bool { text.lowercased().contains("no space left on device") }

    var error: CairnError {
        let lines = step?.lines ?? []
        // With some output, the engine's sentence adds only a command that the step's name has shown already.
        let evidence = (lines.isEmpty ? reasonLines : lines).map(\.visible)
        if ([message, step?.error ?? ""] + lines).contains(where: Self.isDiskFull) {
            return CairnError(.diskFull, Self.diskFullMessage + place, hint: Self.diskFullHint, evidence: evidence)
        }
        if isOutOfMemory {
            return CairnError(
                .buildOutOfMemory, "The build ran out of memory\(place): its process was killed",
                hint: """
                    Let the step use less memory (fewer parallel jobs), or give the host more, or swap. 'dmesg' shows \
                    what the kernel killed.
                    """, evidence: evidence)
        }
        return CairnError(.buildFailed, "The build failed\(place)\(reason)", hint: hint, evidence: evidence)
    }

    private var place: String { step.map { " at \($0.name.visible)" } ?? "" }

    private var reason: String {
        if let exitCode { return ": exit code \(exitCode)" }
        return reasonLines.first.map { ": \($0.visible)" } ?? ""
    }

    /// The engine's reason without the chain of its inner layers.
    private var reasonLines: [String] {
        var text = (step.map { $0.error.isEmpty ? message : $0.error } ?? message)[...]
        for prefix in Self.layers where text.hasPrefix(prefix) { text = text.dropFirst(prefix.count) }
        return text.split(whereSeparator: \.isNewline).map(String.init)
    }

    private static let layers = [
        "failed to solve: ", "failed to solve with frontend dockerfile.v0: ",
        "failed to solve with frontend gateway.v0: ",
        "failed to create LLB definition: ", "rpc error: code = Unknown desc = ",
    ]

    /// BuildKit gives the status only inside its sentence: `…: exit code: 3`, at the very end.
    var exitCode: Int? {
        if let code { return code }
        for text in [step?.error, message] {
            guard let text, let marker = text.range(lastOf: "exit code: ") else { continue }
            if let code = Int(text[marker.upperBound...].prefix { $0.isNumber }) { return code }
        }
        return nil
    }

    /// 137 is 128 and SIGKILL, which is what the kernel's out-of-memory killer sends. When it hits a child of the step's
    /// shell, the shell or make prints `Killed` and fails with a code of its own.
    private var isOutOfMemory: Bool {
        guard let exitCode, exitCode != 0 else { return false }
        return exitCode == 137
            || step?.lines.contains { line in
                line == "Killed" || line.hasSuffix(": Killed") || line.hasSuffix("] Killed")
                    || line.contains("signal: 9, SIGKILL") || line.contains("Killed signal terminated program")
            } == true
    }

    private var hint: String {
        if let frontend {
            return """
                The Dockerfile's first lines ask for the frontend '\(frontend.visible)' (# syntax=), which the engine \
                fetches from a registry. Remove that line, or check that this host reaches the registry.
                """
        }
        if let name = step?.name, name.hasPrefix(Self.metadataStep) {
            return """
                The base image '\(name.dropFirst(Self.metadataStep.count))' could not be fetched. Check its name and \
                tag, and that this host reaches its registry ('docker pull' shows more).
                """
        }
        return exitCode == nil
            ? "Check the Dockerfile and what it refers to."
            : "The last lines of the step are above; mend it and push again."
    }

    private static let metadataStep = "[internal] load metadata for "
}

extension String {
    /// Where the text occurs last.
    fileprivate func range(lastOf text: String) -> Range<String.Index>? {
        var end = endIndex
        while end > startIndex {
            let start = index(before: end)
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            end = start
        }
        return nil
    }
}
