import CairnCore
import CairnDeploy
import CairnStore

extension CommandContext {
    /// Brings nginx in line with rows of an app that have just been changed. That nginx does not run is only worth a
    /// warning: the rows are what counts, and it is served from them when it starts.
    ///
    /// `undo` puts the rows back as they were. It is called when the new configuration is refused, so that rows and nginx
    /// agree again.
    ///
    /// - Throws: why it was refused; or why nginx could not be told, in which case the rows stay changed and the hint says
    ///   so.
    func reroute(_ app: App, undo: () throws -> Void = {}) async throws {
        let platform = try platform()
        do {
            try await platform.route(app, reporter: reporter)
            await platform.updateClients(of: app, reporter: reporter)
        } catch let error as CairnError {
            switch error.code {
            case .nginxDown:
                output.warning(error.message)
                if let hint = error.hint { output.warning(hint) }
            case .nginxRefused, .domainTaken, .invalidValue:
                try undo()
                // The rows are the old ones again, which nginx has been serving all along.
                try? await platform.route(app, reporter: reporter)
                throw error.adding("The change has been taken back.")
            default:
                throw error.adding("The change is stored; 'cairn proxy:build-config \(app.name)' brings it to nginx.")
            }
        }
    }
}

extension CairnError {
    /// The same error with another line of advice.
    func adding(_ advice: String) -> CairnError {
        CairnError(code, message, hint: [hint, advice].compactMap { $0 }.joined(separator: "\n"), evidence: evidence)
    }
}
