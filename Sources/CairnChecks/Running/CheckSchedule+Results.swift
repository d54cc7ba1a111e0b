import CairnCatalog

extension CheckSchedule {
    /// Takes the result of a try.
    mutating func finish(_ attempt: Attempt, _ outcome: ProbeOutcome, _ now: Now) -> [Action] {
        guard end(attempt), var check = checks[attempt.key] else { return [] }
        check.state.take(outcome.status)
        check.dueAt = now.moment.advanced(by: max(check.check.definition.interval, Self.shortestInterval))
        var actions: [Action] = []
        if isWorthTelling(outcome, of: check, now) {
            actions.append(.record(check.key, check.status, outcome.output))
            check.check.status = check.status
            check.check.output = outcome.output
            check.toldAt = now.moment
            check.isTold = true
            // The catalog will say so too, but perhaps not before the time to remove the service has come.
            if check.status != .critical { check.removeAt = nil }
        }
        if check.state.status != .critical { check.hasPassed = true }
        store(check)
        if check.restarts { actions += liveness(check, outcome, now) }
        return actions
    }

    /// A result could not be written: the next try tells it again.
    mutating func notRecorded(_ key: Service.Key) { checks[key]?.isTold = false }

    /// A deadline that passed could not be written: it is done a little later.
    mutating func notExpired(_ key: Service.Key, _ now: Now) {
        guard var check = checks[key], !check.check.definition.probe.isMade else { return }
        check.dueAt = now.moment.advanced(by: Self.retryPause)
        store(check)
    }

    private func isWorthTelling(_ outcome: ProbeOutcome, of check: ScheduledCheck<Moment>, _ now: Now) -> Bool {
        if check.status != check.check.status || !check.isTold { return true }
        // A failure that does not count yet is not what the status was found by.
        guard outcome.status == check.state.status, outcome.output != check.check.output else { return false }
        guard let toldAt = check.toldAt else { return true }
        return toldAt.duration(to: now.moment) >= settings.outputPause
    }

    // MARK: Liveness

    private mutating func liveness(
        _ check: ScheduledCheck<Moment>, _ outcome: ProbeOutcome, _ now: Now
    ) -> [Action] {
        let group = check.group
        guard outcome.status == .critical else {
            if restarts[group] != nil, liveness(of: group).allSatisfy({ $0.hasPassed || !$0.restarts }) {
                restarts[group] = nil
            }
            return []
        }
        guard check.state.hasFailedForGood else { return [] }
        var record = restarts[group] ?? Restarts()
        if let notBefore = record.notBefore, now.moment < notBefore { return [] }
        record.count += 1
        record.isUnderWay = true
        restarts[group] = record
        for var member in liveness(of: group) {
            member.generation = nextGeneration()
            member.isWaiting = false
            member.dueAt = nil
            store(member)
        }
        return [.restart(check.check, outcome.output, group: group)]
    }

    /// Begins anew with the checks of a container that has been restarted. One that this does not help is restarted ever more
    /// seldom.
    mutating func restarted(_ group: Service.Key, _ now: Now) {
        guard var record = restarts[group] else { return }
        record.isUnderWay = false
        record.notBefore = now.moment.advanced(
            by: min(.seconds(1 << min(record.count, 9)), Self.longestRestartPause))
        let members = liveness(of: group)
        restarts[group] = members.isEmpty ? nil : record
        for var member in members {
            let definition = member.check.definition
            member.state.startAnew()
            member.hasPassed = false
            member.dueAt = now.moment.advanced(
                by: definition.initialDelay ?? max(definition.interval, Self.shortestInterval))
            store(member)
        }
    }

    private func liveness(of group: Service.Key) -> [ScheduledCheck<Moment>] {
        checks.values.filter { $0.check.purpose == .liveness && $0.group == group }
    }
}
