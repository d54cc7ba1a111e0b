extension Namespace {
    static let reconcile = Namespace("reconcile", "Bring the host in line with what is wanted", [Reconcile.self])
    static let daemon = Namespace("daemon", "The service that works between commands", [DaemonCommand.self])
}
