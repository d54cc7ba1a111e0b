import CairnCatalog
import CairnCore
import ServiceLifecycle

@testable import CairnBackends

/// Runs a backend beside `body`, and cancels it afterwards.
func withBackend(
    _ url: String, _ catalog: TestCatalog, settings: BackendSettings = .standard,
    environment: [String: String] = [:], clock: any Clock<Duration> = ContinuousClock(),
    registry: (any Registry)? = nil, _ body: (StatusLog) async throws -> Void
) async throws {
    let log = StatusLog()
    let service = BackendService(
        try BackendURL(validating: url), following: catalog.feed, settings: settings, environment: environment,
        clock: clock, logger: quiet, registry: registry, onStatus: { log.append($0) })
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await service.run() }
        defer { group.cancelAll() }
        try await body(log)
    }
}

/// Runs a backend until it is up to date with `index`, then ends it gracefully.
func runOnce(
    _ url: String, _ catalog: TestCatalog, settings: BackendSettings, registry: (any Registry)? = nil
) async throws {
    let log = StatusLog()
    let service = BackendService(
        try BackendURL(validating: url), following: catalog.feed, settings: settings, clock: ContinuousClock(),
        logger: quiet, registry: registry, onStatus: { log.append($0) })
    let group = ServiceGroup(services: [service], logger: quiet)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        await log.applied(catalog.feed.snapshot.index)
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}
