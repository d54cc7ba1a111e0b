import CairnCore

/// The question before something is removed that cannot be brought back. The answer is the thing's own name.
struct Confirmation {
    let type: String
    let name: String

    /// - Throws: `E-NOT-CONFIRMED` for any other answer, and at the end of input. `--force` answers it beforehand.
    func ask(_ context: CommandContext) throws(CairnError) {
        if context.isForced { return }
        context.console.writeError(
            """
             !     WARNING: Potentially Destructive Action
             !     This command will destroy \(type) \(name).
             !     To proceed, type "\(name)"

            >\u{20}
            """)
        guard context.console.readLine() == name else {
            throw CairnError(
                .notConfirmed, "Confirmation did not match test. Aborted.",
                hint: "Nothing was changed. --force skips the question.")
        }
    }
}
