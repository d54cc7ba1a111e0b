public import CairnCore
import CairnPlugins
import CairnStore

extension Platform {
    /// Tells plugins that the apps are about to be brought back, after a start of the host or of its engine: services that
    /// the apps need are started by this. What fails is only reported.
    public func announceRestore(reporter: any ProgressReporter) async {
        do {
            try await triggers.fire(.preRestore, reporter: reporter)
            guard triggers.isImplemented(.schedulerPreRestore) else { return }
            for app in try store.apps() where app.desiredState == .running && app.isDeployed {
                try await triggers.fire(
                    .schedulerPreRestore, try await scheduler(of: app).name, app.name.rawValue, reporter: reporter)
            }
        } catch {
            reporter.warning((error as? CairnError)?.message ?? "\(error)")
        }
    }
}
