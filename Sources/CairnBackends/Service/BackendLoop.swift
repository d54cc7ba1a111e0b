import CairnCatalog
import CairnCore
import Foundation
import Logging

/// Follows the catalog and keeps one backend up to date, for as long as its task is not cancelled.
struct BackendLoop<C: Clock>: Sendable where C.Duration == Duration {
    let url: String
    let feed: CatalogFeed
    let filter: @Sendable (CairnCatalog.Service) -> Bool
    let settings: BackendSettings
    let clock: C
    let logger: Logger
    let onStatus: @Sendable (BackendStatus) -> Void

    /// What the loop knows, handed on from one round to the next.
    struct State: Sendable {
        var convergence = Convergence()
        var status: BackendStatus
        var pause: RetryPause
        var warned: Set<String> = []
        var refreshDue: C.Instant
        var resyncDue: C.Instant
    }

    func start() -> State {
        State(
            status: BackendStatus(url: url), pause: RetryPause(first: settings.firstRetry, last: settings.lastRetry),
            refreshDue: clock.now.advanced(by: settings.refreshInterval),
            resyncDue: clock.now.advanced(by: settings.resyncInterval))
    }

    /// Returns when the task is cancelled.
    func run(_ state: inout State, in registry: any Registry) async {
        onStatus(state.status)
        while !Task.isCancelled {
            do {
                let (index, nextBeat) = try await round(&state, in: registry)
                await wait(beyond: index, until: min(nextBeat, state.resyncDue))
            } catch {
                if Task.isCancelled { return }
                let pause = state.pause.take()
                failed(error, &state, pause)
                // Only a cancelled task wakes it early.
                try? await clock.sleep(until: clock.now.advanced(by: pause), tolerance: nil)
            }
        }
    }

    /// Removes everything, for an end that is meant to be one.
    func clear(_ state: inout State, in registry: any Registry) async {
        do {
            try await state.convergence.clear(registry)
            state.status.entries = 0
            onStatus(state.status)
        } catch {
            logger.warning(
                "A backend still has entries of this host",
                metadata: ["backend": "\(url)", "error": "\(Self.words(error))"])
        }
    }

    /// - Returns: The counter that the backend is up to date with, and when something has to be kept alive next.
    private func round(_ state: inout State, in registry: any Registry) async throws -> (UInt64, C.Instant) {
        let snapshot = feed.snapshot
        let (registrations, warnings) = Registration.all(in: snapshot, where: filter)
        let wanted = try registry.records(for: registrations)
        warn(warnings + wanted.warnings, &state)
        if clock.now >= state.resyncDue {
            state.convergence.forget()
            state.resyncDue = clock.now.advanced(by: settings.resyncInterval)
        }
        try await state.convergence.converge(to: wanted, in: registry)
        if clock.now >= state.refreshDue {
            try await state.convergence.refresh(wanted, in: registry)
            state.refreshDue = clock.now.advanced(by: settings.refreshInterval)
        }
        let quickest = min(wanted.quickestBeat ?? settings.refreshInterval, settings.refreshInterval)
        state.refreshDue = min(state.refreshDue, clock.now.advanced(by: max(quickest, .seconds(1))))
        succeeded(&state, snapshot.index)
        return (snapshot.index, state.refreshDue)
    }

    /// Returns when the catalog has changed, at the instant, or when the task is cancelled.
    private func wait(beyond index: UInt64, until instant: C.Instant) async {
        await withTaskGroup(of: Void.self) { group in
            // The clock below is the one that counts; this time is only there because the feed asks for one.
            group.addTask { await feed.wait(for: .catalog, beyond: index, atMost: .seconds(86_400)) }
            group.addTask { try? await clock.sleep(until: instant, tolerance: nil) }
            await group.next()
            group.cancelAll()
        }
    }

    private func succeeded(_ state: inout State, _ index: UInt64) {
        state.pause.reset()
        let before = state.status
        if !state.status.isConnected {
            state.status.since = Date()
            logger.info("A backend is up to date", metadata: ["backend": "\(url)"])
        }
        state.status.isConnected = true
        state.status.appliedIndex = index
        state.status.entries = state.convergence.count
        let refused = state.convergence.refused
        state.status.lastError = refused.isEmpty ? nil : refused.joined(separator: "; ")
        if let error = state.status.lastError, error != before.lastError {
            logger.warning("A backend does not take an entry", metadata: ["backend": "\(url)", "error": "\(error)"])
        }
        if state.status != before { onStatus(state.status) }
    }

    private func failed(_ error: any Error, _ state: inout State, _ pause: Duration) {
        let words = Self.words(error)
        let isNew = state.status.isConnected || state.status.lastError != words
        if state.status.isConnected { state.status.since = Date() }
        state.status.isConnected = false
        state.status.lastError = words
        // It may be down for days; one line says so.
        logger.log(
            level: isNew ? .warning : .debug, "A backend cannot be kept up to date; trying again",
            metadata: ["backend": "\(url)", "error": "\(words)", "pause": "\(pause)"])
        onStatus(state.status)
    }

    private func warn(_ warnings: [String], _ state: inout State) {
        for warning in warnings where state.warned.insert(warning).inserted {
            logger.warning(
                "An entry is not written as it is", metadata: ["backend": "\(url)", "reason": "\(warning.visible)"])
        }
        // Containers come and go; what is no longer so may be told again.
        state.warned.formIntersection(warnings)
    }

    private static func words(_ error: any Error) -> String { ((error as? CairnError)?.message ?? "\(error)").visible }
}
