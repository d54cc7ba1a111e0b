import ArgumentParser
import CairnCore

/// The one place where a failure becomes lines on standard error and an exit status.
struct ErrorPrinter {
    let output: Output

    /// Prints what ended the command and returns the status to end with.
    func print(_ error: any Error, of command: (any CairnCommand.Type)? = nil) -> Int32 {
        switch error {
        case let error as CairnError: return print(error)
        case let status as ExitStatus: return status.code
        case is CancellationError: return print(CairnError(.deployCancelled, "Cancelled"))
        default:
            if let command { return print(parserError: error, of: command) }
            return print(CairnError(.internalFailure, "\(error)"))
        }
    }

    /// ` !     message [code]`, the evidence set in below it, then the hint.
    func print(_ error: CairnError) -> Int32 {
        output.warning("\(error.message) [\(error.code)]")
        for line in error.evidence { output.warning("    " + line) }
        if let hint = error.hint { output.warning(hint) }
        return error.exitStatus
    }

    /// The parser throws for a request of help too, which is no failure.
    private func print(parserError error: any Error, of command: any CairnCommand.Type) -> Int32 {
        if command.exitCode(for: error) == .success {
            output.line(command.fullMessage(for: error, columns: 100))
            return 0
        }
        output.warning("\(command.message(for: error)) [\(CairnError.Code.usage)]")
        output.warning("Usage: \(command.usageString())")
        output.warning("Run 'cairn help \(command._commandName)' to see what it takes.")
        return 2
    }
}

extension CairnError.Code {
    /// A failure that nobody has put into words.
    static let internalFailure = Self(rawValue: "E-INTERNAL")
}
